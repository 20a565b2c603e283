// Runs a benchmark, or the script of the pictures, written in TypeScript, which Node 20 cannot by itself: `node bench/run.js bench/tool-call.ts`.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runnerImport } from 'vite';

// As in the tests: whatever it starts, or forgets to pass, it lands in throw-away homes.
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-bench-'));
process.on('exit', () => fs.rmSync(root, { recursive: true, force: true, maxRetries: 5 }));
process.env['npm_config_cache'] ??= path.join(os.homedir(), '.npm');
process.env['npm_config_userconfig'] ??= path.join(os.homedir(), '.npmrc');
process.env['HOME'] = path.join(root, 'home');
process.env['HOOKLINE_HOME'] = path.join(root, 'hookline');
process.env['CLAUDE_CONFIG_DIR'] = path.join(root, 'claude');
fs.mkdirSync(process.env['HOME']);

await runnerImport(path.resolve(process.argv[2] ?? ''), { configFile: false, logLevel: 'warn' });
