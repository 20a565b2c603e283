// What hooks cost where a user feels it: the time of one tool call of the real client, with and without them.
//
// Every row runs the same scripted session. Rows take turns, so that a busy moment of the machine hits all of them,
// and the other rows do less or the same without hookline, so that nobody is fooled.
import { findClaude } from '../test/support/claude/client.ts';
import { runClaude } from '../test/support/claude/headless.ts';
import { startRecorder } from '../test/support/claude/recorder.ts';
import { chain } from '../test/support/claude/scenarios.ts';
import { createWorld, type World } from '../test/support/claude/world.ts';
import { hooklineOk, startDaemon } from '../test/support/hookline.ts';
import { atMost, type Rows } from './report/row.ts';
import { median } from './support/numbers.ts';

const CALLS = 40;
const ROUNDS = 3;

/** Milliseconds of a call of one session, from the answer that asks for it to the request that brings its result: the median. */
async function call(world: World): Promise<number> {
  const before = world.api.requests.length;
  const run = await runClaude({ world, prompts: ['RUN:chain'] });
  if (run.code !== 0) throw new Error(`claude ended with ${run.code}: ${run.stderr}`);
  const at = world.api.requests.slice(before).map(request => request.at);
  // The first interval holds the start of the session, and one more request may ask for a title.
  return median(at.slice(2).map((time, index) => time - (at[index + 1] ?? time)));
}

const onEveryCall = (hook: Record<string, unknown>): unknown => ({
  hooks: Object.fromEntries(['PreToolUse', 'PostToolUse'].map(event => [event, [{ hooks: [hook] }]])),
});

export async function* rows(): Rows {
  const claude = await findClaude();
  if (!claude.found) {
    yield {
      id: 'tool-call',
      what: 'a tool call in the real client',
      missing: `no Claude Code: ${claude.why}`,
    };
    return;
  }
  const newWorld = (): Promise<World> => createWorld({ bin: claude.bin, scenarios: { chain: chain(CALLS) } });
  const bare = await newWorld();
  const worlds = { hookline: await newWorld(), curl: await newWorld(), true: await newWorld() };
  const recorder = await startRecorder();
  const post = `curl -s -m 2 -H 'content-type: application/json' --data-binary @- ${recorder.url}/hook >/dev/null 2>&1`;
  worlds.true.writeSettings(onEveryCall({ type: 'command', command: 'true' }));
  worlds.curl.writeSettings(onEveryCall({ type: 'command', command: `${post} || true`, async: true }));
  await hooklineOk(worlds.hookline, 'install');
  const daemon = await startDaemon(worlds.hookline);
  const without: number[] = [];
  const times = { hookline: [] as number[], curl: [] as number[], true: [] as number[] };
  try {
    for (let round = 0; round < ROUNDS; round++) {
      without.push(await call(bare));
      for (const name of ['true', 'curl', 'hookline'] as const) times[name].push(await call(worlds[name]));
    }
  } finally {
    await daemon.stop();
    await recorder.close();
    for (const world of [bare, ...Object.values(worlds)]) await world.close();
  }
  const row = { unit: 'ms', control: { what: 'no hooks', values: without } };
  const what = `a tool call of Claude Code ${claude.version} with`;
  yield { ...row, id: 'hookline', what: `${what} hookline`, values: times.hookline, aim: atMost(1.42) };
  yield { ...row, id: 'true', what: `${what} hooks that run true`, values: times.true };
  yield { ...row, id: 'curl', what: `${what} hooks that post by an async curl`, values: times.curl };
}
