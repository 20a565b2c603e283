// What hooks cost where a user feels it: the time of one tool call of the real client, with and without them.
//
//   npm run bench:tool-call [-- rounds]
//
// Every row runs the same scripted session. Rows take turns, so that a busy moment of the machine hits all of them,
// and the control rows do less or the same without hookline, so that nobody is fooled.
import { findClaude } from '../test/support/claude/client.ts';
import { runClaude } from '../test/support/claude/headless.ts';
import { startRecorder } from '../test/support/claude/recorder.ts';
import { chain } from '../test/support/claude/scenarios.ts';
import { createWorld, type World } from '../test/support/claude/world.ts';
import { hooklineOk, startDaemon } from '../test/support/hookline.ts';

/** 40 ms over 24 ms: a bare async curl on Pre- and PostToolUse, measured with Claude Code 2.1.329. */
const aim = 40 / 24;
const calls = 40;
const rounds = Number(process.argv[3] ?? 5);

interface Row {
  name: string;
  world: World;
  samples: number[];
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Milliseconds of each call of one session: from the answer that asks for it to the request that brings its result. */
async function sample(world: World): Promise<number[]> {
  const before = world.api.requests.length;
  const run = await runClaude({ world, prompts: ['RUN:chain'] });
  if (run.code !== 0) throw new Error(`claude ended with ${run.code}: ${run.stderr}`);
  const at = world.api.requests.slice(before).map(request => request.at);
  // The first interval holds the start of the session, and one more request may ask for a title.
  return at.slice(2).map((time, index) => time - (at[index + 1] ?? time));
}

const onEveryCall = (hook: Record<string, unknown>): unknown => ({
  hooks: Object.fromEntries(['PreToolUse', 'PostToolUse'].map(event => [event, [{ hooks: [hook] }]])),
});

const claude = await findClaude();
if (!claude.found) process.exit(1);
const { bin } = claude;
const newWorld = (): Promise<World> => createWorld({ bin, scenarios: { chain: chain(calls) } });

const rows: Row[] = [];
for (const name of ['no hooks', 'control: true', 'control: async curl', 'hookline'])
  rows.push({ name, world: await newWorld(), samples: [] });
const [, idle, curl, ours] = rows.map(row => row.world) as [World, World, World, World];

const recorder = await startRecorder();
idle.writeSettings(onEveryCall({ type: 'command', command: 'true' }));
const post = `curl -s -m 2 -H 'content-type: application/json' --data-binary @- ${recorder.url}/hook >/dev/null 2>&1`;
curl.writeSettings(onEveryCall({ type: 'command', command: `${post} || true`, async: true }));
await hooklineOk(ours, 'install');
const daemon = await startDaemon(ours);

try {
  for (let round = 0; round < rounds; round++) {
    for (const row of rows) row.samples.push(...(await sample(row.world)));
    process.stderr.write(`round ${round + 1} of ${rounds}\n`);
  }
} finally {
  await daemon.stop();
  await recorder.close();
  for (const row of rows) await row.world.close();
}

const base = median(rows[0]?.samples ?? []);
console.log(`Claude Code ${claude.version}, ${calls} calls a session, ${rounds} sessions a row\n`);
console.log('hooks                 ms a call   over none');
for (const { name, samples } of rows) {
  const middle = median(samples);
  const ratio = `${(middle / base).toFixed(2)} x`;
  console.log(`${name.padEnd(20)}${middle.toFixed(1).padStart(11)}${ratio.padStart(12)}`);
}
const ratio = median(rows.at(-1)?.samples ?? []) / base;
console.log(
  `\nhookline ${ratio.toFixed(2)} x, aim ${aim.toFixed(2)} x: ${ratio <= aim ? 'reached' : 'missed'}`,
);
