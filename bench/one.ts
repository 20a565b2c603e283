// Runs one benchmark in a process of its own and sends its rows to the one that started it: `npm run bench` does.
import { BENCHES } from './benches.ts';

const bench = BENCHES[process.argv[3] ?? ''];
if (!bench) throw new Error(`there is no benchmark "${process.argv[3]}"`);
const { rows } = await bench.load();
for await (const row of rows()) process.send?.(row);
process.disconnect?.();
