// Runs one benchmark in a process of its own and sends its rows to the one that started it: `npm run bench` does.
import { BENCHES } from './benches.ts';
import { failed } from './report/row.ts';

const bench = BENCHES[process.argv[3] ?? ''];
if (!bench) throw new Error(`there is no benchmark "${process.argv[3]}"`);
try {
  const { rows } = await bench.load();
  for await (const row of rows()) process.send?.(row);
  process.disconnect();
} catch (error) {
  console.error(error);
  // What it started may keep it from its end.
  process.send?.(failed(bench.title, (error as Error).message), () => process.exit(1));
}
