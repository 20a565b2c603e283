// `hookline history` against a daemon that is killed in the middle of it: it goes on, and the terminal says how.
import { afterAll, expect, it } from 'vitest';
import { makePlace, runCli } from '../support/cli.ts';
import { type Daemon, hookline, hooklineOk, startDaemon } from '../support/hookline.ts';
import { pastId, writePast } from '../support/past.ts';
import { until } from '../support/until.ts';

const place = makePlace();
const SESSIONS = 6;
/** So many take a machine of any speed longer than a command takes to ask. */
const TURNS = 1500;
let daemon: Daemon;
afterAll(async () => {
  await daemon.stop();
});

// biome-ignore lint/suspicious/noExplicitAny: whatever the command prints
const json = async (...args: string[]): Promise<any> =>
  JSON.parse((await hooklineOk(place, ...args, '--json')).stdout.trim().split('\n').at(-1) ?? '');

it('an import outlives Ctrl-C and kill -9, and has everything once in the end', async () => {
  for (let n = 1; n <= SESSIONS; n++)
    writePast(place.claudeDir, { sessionId: pastId(n), at: Date.now() - n * 40 * 86_400_000, turns: TURNS });
  daemon = await startDaemon(place);
  const importing = runCli(place, ['history', 'import']);
  await importing.says('running: ');
  expect(await importing.end('SIGINT')).toBe(0);
  expect(importing.stderr()).toMatch(
    /goes on in the background; see how: .* history; end it: .* history stop/,
  );
  await until('some of it is there', async () => (await json('history')).held?.events > 500);
  await daemon.stop('SIGKILL');
  daemon = await startDaemon(place);
  await until('it is over', async () => (await json('history')).import?.state === 'done');
  const { unseen, held } = await json('history');
  expect([unseen.sessions, held.sessions]).toEqual([0, SESSIONS]);
  // Two messages a turn, 20 tokens each.
  expect((await json('usage')).all.output).toBe(SESSIONS * TURNS * 2 * 20);
  expect(await json('history', 'import')).toMatchObject({
    import: { events: 0, sessions: { known: SESSIONS } },
  });
  expect((await hooklineOk(place, 'history')).stdout).toMatch(/never seen +none\ntaken in +6 sessions/);
  const found = (await hooklineOk(place, 'search', 'done', 'with', String(TURNS - 1), '--json')).stdout
    .trim()
    .split('\n');
  const ofSession = new Set(
    found.map(line => JSON.parse(line)).map(({ sessionId, log }) => `${log} ${sessionId}`),
  );
  expect(ofSession.size).toBe(SESSIONS);
  expect([...ofSession][0]).toBe(`history ${pastId(SESSIONS)}`);
});

it('what it cannot be told is wrong usage', async () => {
  const refused = await hookline(place, 'history', 'import', '--since', 'yesterday');
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('--since is "yesterday"')]);
  expect(await hookline(place, 'history', 'imprt')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('did you mean import? (import, stop)'),
  });
  expect((await hookline(place, 'history', 'import', '--since', '7')).stderr).toContain(
    '--since is "7", but it must be a day such as 2026-11-20, a time ago such as',
  );
});
