// How the lines of a recording become hooks that are called and transcripts that grow.
import type { Call, Conversation } from './conversation.ts';
import { freshId } from './ids.ts';
import type { Entry, Recording } from './recording.ts';
import { resultOf } from './result.ts';
import { Session, type Telling } from './session.ts';
import { filled, type JsonObject } from './shapes.ts';
import { endAgent, startAgent } from './subagent.ts';

/** The session at the end of its recording. */
export function tellSession({ head, entries }: Recording, telling: Telling): Session {
  const session = new Session(head, telling);
  for (const entry of entries) tellEntry(session, entry);
  return session;
}

function tellEntry(session: Session, entry: Entry): void {
  const { at } = entry;
  if ('starts' in entry) return startAgent(session, entry);
  const conversation = session.conversationOf(entry.agent);
  if ('usage' in entry) return tellMessage(session, entry, conversation);
  if ('result' in entry) return tellResult(session, entry, conversation);
  if ('line' in entry) return session.line(at, entry.line, {}, conversation);
  if ('prompt' in entry) return wake(session, at, 'prompt', entry.prompt);
  if ('hears' in entry) {
    const task = session.taskOf(entry.hears);
    task.ended = true;
    return wake(session, at, 'notification', String(filled(`ended ${task.kind}`, { task, call: task.call })));
  }
  const { hook_event_name: name, ...own } = entry.hook;
  const call = entry.call === undefined ? undefined : session.callOf(entry.call);
  session.hook(at, name, { call }, own, conversation);
}

/** Words come in, and a turn begins. */
function wake(session: Session, at: number, line: 'prompt' | 'notification', words: string): void {
  session.hook(at, 'UserPromptSubmit', { words });
  session.line(at + 0.01, line, { words });
}

function tellMessage(session: Session, entry: Entry<'usage'>, conversation: Conversation): void {
  const { at, says, calls = {}, usage } = entry;
  const asked = Object.entries(calls);
  const message = session.message(at, usage, asked.length > 0 ? 'tool_use' : 'end_turn', conversation);
  const write = (at: number, index: number, block: JsonObject): void =>
    session.line(at, 'block', { message, index, block }, conversation);
  if (says !== undefined) write(at, 0, { type: 'text', text: says });
  conversation.callCount += asked.length;
  conversation.calls = asked.map(([label, { tool: name, ...input }], index) => {
    const begun = at + index * 0.04;
    const id = freshId.call();
    write(begun, index + (says === undefined ? 0 : 1), { type: 'tool_use', id, name, input });
    const call: Call = { id, name, input, server: serverOf(name), at: begun + 0.02 };
    session.hook(call.at, 'PreToolUse', { call }, {}, conversation);
    session.calls.set(label, call);
    return call;
  });
  if (asked.length > 0) return;
  if (entry.agent !== undefined) return endAgent(session, entry, conversation);
  const running = session.tasks
    .filter(({ ended }) => !ended)
    .map(task => filled(`running ${task.kind}`, { task, call: task.call }));
  session.hook(at + 0.05, 'Stop', { words: says, running });
  const duration = session.ms(at + 0.05 - session.turnBegan, at);
  session.line(at + 0.07, 'turn_duration', { duration });
}

function serverOf(tool: string): JsonObject | undefined {
  const name = /^mcp__(.+?)__/.exec(tool)?.[1];
  return name === undefined ? undefined : { name, source: 'project' };
}

function tellResult(session: Session, entry: Entry<'result'>, conversation: Conversation): void {
  const { at, result: label, denied: reason, refused, error } = entry;
  const call = session.callOf(label);
  const duration = session.ms(entry.took ?? at - call.at - 0.02, at);
  const { kept, read } = resultOf(session, call, entry);
  const values = { call, kept, read, duration, reason, failed: error === undefined ? undefined : true };
  call.read = read;
  if (refused) {
    // No hook tells of it, the transcript does; and the turn is over.
    session.line(at, 'refused', values, conversation);
    return session.line(at + 0.01, 'interrupted', {}, conversation);
  }
  const run = error === undefined ? 'PostToolUse' : 'PostToolUseFailure';
  session.hook(at, reason === undefined ? run : 'PermissionDenied', values, {}, conversation);
  session.line(at + 0.01, reason === undefined ? 'result' : 'denied', values, conversation);
  if (conversation.calls.some(({ read }) => read === undefined)) return;
  const batch = conversation.calls.map(call => filled('called', { call }));
  session.hook(at + 0.02, 'PostToolBatch', { batch }, {}, conversation);
}
