// SIGKILL while the daemon reads a long transcript that nobody told it of: in the end everything in it was told once, in order.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startFakeClient } from '../support/claude/register.ts';
import { runCli } from '../support/cli.ts';
import { startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';
import { makePlace, wholeLog } from './place.ts';

const place = makePlace('catch-up');
afterAll(() => fs.rmSync(place.folder, { recursive: true, force: true }));

const ROUNDS = 5;
const TURNS = 1500;
const SESSION = '11111111-1111-4222-8333-444444444444';

const config = String(place.env['CLAUDE_CONFIG_DIR']);
const filler = 'what the tool said '.repeat(100);

/** Turns of one call each, as of yesterday. */
function writeTranscript(): void {
  const file = path.join(config, 'projects', '-w', `${SESSION}.jsonl`);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  let clock = Date.now() - 24 * 3600_000;
  const lines: string[] = [];
  const write = (line: object): void => {
    clock += 1000;
    lines.push(JSON.stringify({ ...line, timestamp: new Date(clock).toISOString(), cwd: '/w' }));
  };
  const says = (turn: number, content: object, stop_reason: string): void =>
    write({ type: 'assistant', message: { id: `m${turn}-${stop_reason}`, content: [content], stop_reason } });
  for (let turn = 0; turn < TURNS; turn++) {
    const promptId = `p${turn}`;
    const toolUseId = `t${turn}`;
    write({ type: 'user', promptId, promptSource: 'typed', message: { content: `prompt ${turn}` } });
    says(turn, { type: 'tool_use', id: toolUseId, name: 'Bash', input: { command: 'ls' } }, 'tool_use');
    const content = [{ type: 'tool_result', tool_use_id: toolUseId, content: filler }];
    write({ type: 'user', promptId, message: { content } });
    says(turn, { type: 'text', text: `answer ${turn}` }, 'end_turn');
  }
  fs.writeFileSync(file, `${lines.join('\n')}\n`);
}

it('tells each prompt, call, answer and turn once', { timeout: 90_000 }, async () => {
  writeTranscript();
  const client = await startFakeClient(config);
  client.register({ sessionId: SESSION, startedAt: Date.now() - 60_000 });
  const database = path.join(place.hooklineHome, 'events.db');
  const size = (): number =>
    [database, `${database}-wal`].reduce(
      (sum, file) => sum + (fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
  for (let round = 0; round < ROUNDS; round++) {
    const before = size();
    const daemon = runCli(place, ['start', '--no-hooks', '--port', '0']);
    // Somewhere in the middle, by what it has written since.
    const enough = before + 200_000 + Math.random() * 400_000;
    await until('some of it is told', () => size() > enough, 15_000);
    await daemon.end('SIGKILL');
  }
  const daemon = await startDaemon(place);
  const told = async (type: string, field: string): Promise<unknown[]> =>
    (await wholeLog(daemon))
      .filter(event => event.type === type && event.data?.[field] !== '')
      .map(event => event.data?.[field]);
  await until(
    'all of it is told',
    async () => (await told('turn.completed', 'lastMessage')).length >= TURNS,
    30_000,
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
  // Each of those that were killed had told some of it, and none of them all.
  const runs = all.flatMap((event, index) => (event.type === 'system.started' ? [index] : []));
  const turnsIn = (run: number): number =>
    all.slice(runs[run], runs[run + 1]).filter(event => event.type === 'turn.completed').length;
  for (let run = 0; run <= ROUNDS; run++) expect(turnsIn(run)).toBeGreaterThan(0);
  await again.stop();
});
