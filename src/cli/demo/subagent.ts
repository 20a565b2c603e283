// How a subagent begins and ends: by hooks, by its transcript, and by the note beside it.
import type { Call, Conversation } from './conversation.ts';
import { freshId } from './ids.ts';
import type { Entry } from './recording.ts';
import type { Session } from './session.ts';
import { filled } from './shapes.ts';

/** It begins its conversation with what it was sent to do. */
export function startAgent(session: Session, { at, agent: label, starts: model }: Entry<'starts'>): void {
  const call = session.callOf(label);
  const conversation = session.conversation({
    id: freshId.agent(),
    type: call.input['subagent_type'],
    model,
  });
  session.agents.set(label, conversation);
  session.hook(at, 'SubagentStart', {}, {}, conversation);
  note(session, at, call, conversation);
  session.line(at, 'task', { call }, conversation);
}

/** It has said its last words. */
export function endAgent(session: Session, entry: Entry<'usage'>, conversation: Conversation): void {
  const { agent = '', says, usage } = entry;
  const at = entry.at + 0.05;
  const task = session.taskOf(agent);
  const tokens = usage[1] + usage[2] + usage[3];
  const duration = session.ms(at - task.call.at, at);
  const calls = conversation.callCount;
  Object.assign(task, { ended: true, report: says, tokens, calls, duration });
  session.hook(at, 'SubagentStop', { words: says }, {}, conversation);
  note(session, at, task.call, conversation, true);
}

/** What is noted about a subagent beside its transcript. */
function note(
  session: Session,
  at: number,
  call: Call,
  { agent, file }: Conversation,
  finished?: true,
): void {
  const text = filled('note', { agent, call, finished });
  session.add({ at, file: file.replace(/\.jsonl$/, '.meta.json'), note: text });
}
