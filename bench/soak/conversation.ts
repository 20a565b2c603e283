// What one session of a soak does, hook by hook; its transcripts grow on the way, as Claude Code's do.
import fs from 'node:fs';
import path from 'node:path';
import { payloadOf, type Who } from '../../src/demo/claude/hooks.ts';
import { type Body, blockBody, lineOf, promptBody, resultBody, timed } from '../../src/demo/claude/lines.ts';

/** The payload of a hook. */
export type Step = object;

/** Turns of a session that ends. */
const TURNS = 3;
const CALLS = 5;
/** Subagents at rest that a daemon remembers of a session; one that lasts soon has them. */
const REMEMBERED = 20;
const OUTPUT = '✓ src/orders/rounding.test.ts (14 tests) 212 ms\n'.repeat(24);

let named = 0;
const name = (prefix: string): string => `${prefix}_${(++named).toString(16).padStart(16, '0')}`;

/** @param file where its transcript is. @param lasts whether it never ends. */
export function* conversation(sessionId: string, file: string, lasts: boolean): Generator<Step> {
  const about = {
    sessionId,
    transcriptPath: file,
    cwd: '/home/dev/shop',
    branch: 'main',
    permissionMode: 'default',
  };
  const start: Who = { ...about, promptId: undefined, agent: undefined };
  yield payloadOf('SessionStart', start, { source: 'startup', model: 'claude-opus-5-5' });
  for (let turn = 1; lasts || turn <= TURNS; turn++) {
    const who: Who = { ...start, promptId: `${sessionId}-${turn}` };
    const prompt = `Turn ${turn}: find out why the cart loses items, and mend it.`;
    write(who, promptBody(prompt, 'default'));
    yield payloadOf('UserPromptSubmit', who, { prompt });
    for (let call = 0; call < CALLS; call++) yield* calls(who, `npm test -- ${turn}.${call}`);
    if (turn === 1 || (lasts && (turn <= REMEMBERED || turn % 10 === 0))) yield* subagent(who);
    const last = `Done with turn ${turn}: the cart keeps what is in it.`;
    write(who, said({ type: 'text', text: last }));
    yield payloadOf('Stop', who, { stop_hook_active: false, last_assistant_message: last });
  }
  yield payloadOf('SessionEnd', start, { reason: 'prompt_input_exit' });
}

function* calls(who: Who, command: string): Generator<Step> {
  const tool_use_id = name('toolu');
  const call = { tool_name: 'Bash', tool_input: { command, description: 'Run the tests' }, tool_use_id };
  write(who, said({ type: 'tool_use', id: tool_use_id, name: 'Bash', input: call.tool_input }));
  yield payloadOf('PreToolUse', who, call);
  const tool_response = { stdout: OUTPUT + tool_use_id, stderr: '', interrupted: false };
  write(who, resultBody(tool_use_id, '14 passed', { stdout: '14 passed' }, false));
  yield payloadOf('PostToolUse', who, { ...call, tool_response, duration_ms: 212 });
}

function* subagent(who: Who): Generator<Step> {
  const tool_use_id = name('toolu');
  const tool_input = { subagent_type: 'Explore', description: 'Look for it', prompt: 'Find the cart.' };
  const call = { tool_name: 'Agent', tool_input, tool_use_id };
  write(who, said({ type: 'tool_use', id: tool_use_id, name: 'Agent', input: tool_input }));
  yield payloadOf('PreToolUse', who, call);
  const agent: Who = { ...who, agent: { id: name('a'), type: 'Explore' } };
  yield payloadOf('SubagentStart', agent, {});
  yield* calls(agent, 'grep -rn cart src');
  const last = 'It is in src/cart.ts.';
  write(agent, said({ type: 'text', text: last }));
  yield payloadOf('SubagentStop', agent, { stop_hook_active: false, last_assistant_message: last });
  write(who, resultBody(tool_use_id, last, { content: last }, false));
  yield payloadOf('PostToolUse', who, { ...call, tool_response: { content: last }, duration_ms: 900 });
}

function said(block: Readonly<Record<string, unknown>>): Body {
  const tokens = { input: 12, output: 140, cacheRead: 45_000, cacheCreation: 800 };
  const stopReason = block['type'] === 'tool_use' ? 'tool_use' : 'end_turn';
  return blockBody(block, 0, { id: name('msg'), model: 'claude-opus-5-5', stopReason, tokens });
}

function write(who: Who, body: Body): void {
  const { transcriptPath: main, agent } = who;
  const folder = path.join(main.replace(/\.jsonl$/, ''), 'subagents');
  const file = agent ? path.join(folder, `agent-${agent.id}.jsonl`) : main;
  if (agent) fs.mkdirSync(folder, { recursive: true });
  const line = timed(lineOf(body, who, name('line'), null), Date.now());
  fs.appendFileSync(file, `${JSON.stringify(line)}\n`);
}
