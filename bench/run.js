// Runs a benchmark written in TypeScript, which Node 20 cannot by itself: `node bench/run.js bench/tool-call.ts`.
import path from 'node:path';
import { runnerImport } from 'vite';

await runnerImport(path.resolve(process.argv[2] ?? ''), { configFile: false, logLevel: 'warn' });
