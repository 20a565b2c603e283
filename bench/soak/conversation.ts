// What one session of a soak does, hook by hook; its transcripts grow on the way, as Claude Code's do.
import fs from 'node:fs';
import path from 'node:path';
import { timed } from '../../src/cli/demo/player.ts';
import { hookPayload, type JsonObject, transcriptLine } from '../../src/cli/demo/shapes.ts';

/** The payload of a hook. */
export type Step = object;

/** Turns of a session that ends. */
const TURNS = 3;
const CALLS = 5;
/** Subagents at rest that a daemon remembers of a session; one that lasts soon has them. */
const REMEMBERED = 20;
const OUTPUT = '✓ src/orders/rounding.test.ts (14 tests) 212 ms\n'.repeat(24);

/** What the shapes of hooks and lines name. */
interface Who {
  readonly session: { readonly id: string; readonly file: string };
  readonly head: JsonObject;
  readonly prompt: string | undefined;
  readonly agent: { readonly id: string; readonly type: string; readonly file: string } | undefined;
}

let named = 0;
const name = (prefix: string): string => `${prefix}_${(++named).toString(16).padStart(16, '0')}`;

/** @param file where its transcript is. @param lasts whether it never ends. */
export function* conversation(sessionId: string, file: string, lasts: boolean): Generator<Step> {
  const head = { cwd: '/home/dev/shop', gitBranch: 'main', permission_mode: 'default' };
  const start: Who = { session: { id: sessionId, file }, head, prompt: undefined, agent: undefined };
  yield hookPayload('SessionStart', { ...start }, { source: 'startup', model: 'claude-opus-5-5' });
  for (let turn = 1; lasts || turn <= TURNS; turn++) {
    const who: Who = { ...start, prompt: `${sessionId}-${turn}` };
    const words = `Turn ${turn}: find out why the cart loses items, and mend it.`;
    write(who, 'prompt', { words });
    yield hookPayload('UserPromptSubmit', { ...who, words });
    for (let call = 0; call < CALLS; call++) yield* calls(who, `npm test -- ${turn}.${call}`);
    if (turn === 1 || (lasts && (turn <= REMEMBERED || turn % 10 === 0))) yield* subagent(who);
    const last = `Done with turn ${turn}: the cart keeps what is in it.`;
    say(who, { type: 'text', text: last });
    yield hookPayload('Stop', { ...who, words: last, running: [] });
  }
  yield hookPayload('SessionEnd', { ...start }, { reason: 'prompt_input_exit' });
}

function* calls(who: Who, command: string): Generator<Step> {
  const call = { id: name('toolu'), name: 'Bash', input: { command, description: 'Run the tests' } };
  say(who, { type: 'tool_use', ...call });
  yield hookPayload('PreToolUse', { ...who, call });
  const kept = { stdout: OUTPUT + call.id, stderr: '', interrupted: false };
  write(who, 'result', { call, read: '14 passed', kept: { stdout: '14 passed' }, failed: undefined });
  yield hookPayload('PostToolUse', { ...who, call, kept, duration: 212 });
}

function* subagent(who: Who): Generator<Step> {
  const input = { subagent_type: 'Explore', description: 'Look for it', prompt: 'Find the cart.' };
  const call = { id: name('toolu'), name: 'Agent', input };
  say(who, { type: 'tool_use', ...call });
  yield hookPayload('PreToolUse', { ...who, call });
  const id = name('a');
  const own = path.join(who.session.file.replace(/\.jsonl$/, ''), 'subagents', `agent-${id}.jsonl`);
  fs.mkdirSync(path.dirname(own), { recursive: true });
  const agent: Who = { ...who, agent: { id, type: 'Explore', file: own } };
  yield hookPayload('SubagentStart', { ...agent });
  yield* calls(agent, 'grep -rn cart src');
  const last = 'It is in src/cart.ts.';
  say(agent, { type: 'text', text: last });
  yield hookPayload('SubagentStop', { ...agent, words: last });
  write(who, 'result', { call, read: last, kept: { content: last }, failed: undefined });
  yield hookPayload('PostToolUse', { ...who, call, kept: { content: last }, duration: 900 });
}

function say(who: Who, block: JsonObject): void {
  const stopReason = block['type'] === 'tool_use' ? 'tool_use' : 'end_turn';
  const message = { id: name('msg'), model: 'claude-opus-5-5', stopReason, usage: [12, 140, 45_000, 800] };
  write(who, 'block', { block, index: 0, message });
}

function write(who: Who, shape: string, values: JsonObject): void {
  const { session, agent } = who;
  const known = { ...who, ...values, uuid: name('line'), parent: null, sidechain: agent !== undefined };
  const line = timed(transcriptLine(shape, known), Date.now());
  fs.appendFileSync(agent?.file ?? session.file, `${JSON.stringify(line)}\n`);
}
