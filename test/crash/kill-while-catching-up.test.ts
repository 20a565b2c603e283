// SIGKILL while the daemon reads a transcript that grew while it was away: in the end everything in it was told once, in order.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startFakeClient } from '../support/claude/register.ts';
import { type Daemon, startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';
import { makePlace, wholeLog } from './place.ts';

const place = makePlace('catch-up');
afterAll(() => fs.rmSync(place.folder, { recursive: true, force: true }));

const ROUNDS = 5;
/** Turns that are there when a daemon starts, and were not before; each of them is told by five events or more. */
const PORTION = 120;
const TURNS = (ROUNDS + 1) * PORTION;
const SESSION = '11111111-1111-4222-8333-444444444444';

const config = String(place.env['CLAUDE_CONFIG_DIR']);
const filler = 'what the tool said '.repeat(100);

let clock = Date.now() - 24 * 3600_000;

/** The next turns of one call each, as of yesterday. */
function growTranscript(portion: number): void {
  const file = path.join(config, 'projects', '-w', `${SESSION}.jsonl`);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const lines: string[] = [];
  const write = (line: object): void => {
    clock += 1000;
    lines.push(JSON.stringify({ ...line, timestamp: new Date(clock).toISOString(), cwd: '/w' }));
  };
  const says = (turn: number, content: object, stop_reason: string): void =>
    write({ type: 'assistant', message: { id: `m${turn}-${stop_reason}`, content: [content], stop_reason } });
  for (let turn = portion * PORTION; turn < (portion + 1) * PORTION; turn++) {
    const promptId = `p${turn}`;
    const toolUseId = `t${turn}`;
    write({ type: 'user', promptId, promptSource: 'typed', message: { content: `prompt ${turn}` } });
    says(turn, { type: 'tool_use', id: toolUseId, name: 'Bash', input: { command: 'ls' } }, 'tool_use');
    const content = [{ type: 'tool_result', tool_use_id: toolUseId, content: filler }];
    write({ type: 'user', promptId, message: { content } });
    says(turn, { type: 'text', text: `answer ${turn}` }, 'end_turn');
  }
  fs.appendFileSync(file, `${lines.join('\n')}\n`);
}

interface Told {
  readonly seq: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The last event of a type. */
async function newest({ url, token }: Daemon, type: string): Promise<Told | undefined> {
  const query = `topics=${type}&from=newest&limit=1`;
  const answer = await fetch(`${url}/api/events?${query}`, { headers: { authorization: `Bearer ${token}` } });
  return ((await answer.json()) as { events: Told[] }).events[0];
}

it('tells each prompt, call, answer and turn once', { timeout: 300_000 }, async () => {
  growTranscript(0);
  const client = await startFakeClient(config);
  client.register({ sessionId: SESSION, startedAt: Date.now() - 60_000 });
  for (let round = 0; round < ROUNDS; round++) {
    const daemon = await startDaemon(place);
    // Somewhere in the middle; on a machine that is busy it may be the end.
    const { seq: began = 0 } = (await newest(daemon, 'system.started')) ?? {};
    const enough = began + 10 + Math.random() * 500;
    const seqOfLast = async () => (await newest(daemon, 'turn.completed'))?.seq ?? 0;
    await until('some of it is told', async () => (await seqOfLast()) > enough);
    await daemon.stop('SIGKILL');
    growTranscript(round + 1);
  }
  const daemon = await startDaemon(place);
  const last = `answer ${TURNS - 1}`;
  await until(
    'all of it is told',
    async () => (await newest(daemon, 'turn.completed'))?.data['lastMessage'] === last,
  );
  await daemon.stop();
  await client.kill();
  const again = await startDaemon(place);
  const each = (name: string): string[] => Array.from({ length: TURNS }, (_, turn) => `${name}${turn}`);
  const all = await wholeLog(again);
  const of = (type: string, field: string): unknown[] =>
    all.filter(event => event.type === type && event.data?.[field] !== '').map(event => event.data?.[field]);
  expect(of('prompt.submitted', 'prompt')).toEqual(each('prompt '));
  expect(of('tool.use', 'toolUseId')).toEqual(each('t'));
  expect(of('tool.result', 'toolUseId')).toEqual(each('t'));
  expect(of('message.assistant', 'text')).toEqual(each('answer '));
  expect(of('turn.completed', 'lastMessage')).toEqual(each('answer '));
  expect(of('session.discovered', 'startedBy')).toEqual(['found']);
  // Each of those that were killed had told some of it.
  const runs = all.flatMap((event, index) => (event.type === 'system.started' ? [index] : []));
  const turnsIn = (run: number): number =>
    all.slice(runs[run], runs[run + 1]).filter(event => event.type === 'turn.completed').length;
  for (let run = 0; run <= ROUNDS; run++) expect(turnsIn(run)).toBeGreaterThan(0);
  await again.stop();
});
