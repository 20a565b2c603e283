// What the daemon occupies after a million events that it took in itself, hook by hook, with outputs of some 1.5 kB.
//
//   npm run bench:memory [-- hooks]
//
// A call is two hooks and makes five events: use and result, and the states between them.
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { type Place, startDaemon } from '../test/support/hookline.ts';
import { cpuOf, rssOf } from './process.ts';

const hooks = Number(process.argv[3] ?? 400_000);
const LANES = 16;
const SESSIONS = 40;
const ROWS = 10;
const output = '✓ src/orders/rounding.test.ts (14 tests) 212 ms\n'.repeat(30);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-bench-'));
const place: Place = {
  hooklineHome: path.join(folder, 'hookline'),
  env: { PATH: process.env['PATH'] ?? '', HOME: folder, CLAUDE_CONFIG_DIR: path.join(folder, 'claude') },
};

function hook(number: number): object {
  const round = Math.floor(number / SESSIONS);
  const session = number % SESSIONS;
  const call = {
    session_id: `8dd92b6f-83dd-4922-a1da-0a95c2d8${String(session).padStart(4, '0')}`,
    cwd: '/home/dev/project',
    tool_name: 'Bash',
    tool_input: { command: `npm test -- ${number}`, description: 'Run the tests' },
    tool_use_id: `toolu_473414b3125e97f0${Math.floor(round / 2)}`,
  };
  return round % 2 === 0
    ? { ...call, hook_event_name: 'PreToolUse' }
    : { ...call, hook_event_name: 'PostToolUse', tool_response: { stdout: output + number, stderr: '' } };
}

const agent = new http.Agent({ keepAlive: true, maxSockets: LANES });
function post(url: string, token: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const request = http.request(`${url}/hook`, { agent, method: 'POST', headers }, answer => {
      answer.resume().once('end', resolve);
      if (answer.statusCode !== 202) reject(new Error(`POST /hook was answered ${answer.statusCode}`));
    });
    request.once('error', reject).end(JSON.stringify(body));
  });
}

const daemon = await startDaemon(place);
try {
  const seq = async (): Promise<number> => (await (await fetch(`${daemon.url}/health`)).json()).seq;
  const row = async (): Promise<void> =>
    console.log(
      `${(await seq()).toLocaleString('en').padStart(9)} events   ${rssOf(daemon.pid).toFixed(0)} MB   ${cpuOf(daemon.pid).toFixed(1)} s of CPU`,
    );
  await row();
  let next = 0;
  for (let part = 1; part <= ROWS; part++) {
    const end = Math.round((hooks * part) / ROWS);
    const lane = async (): Promise<void> => {
      while (next < end) await post(daemon.url, daemon.token, hook(next++));
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    await row();
  }
} finally {
  agent.destroy();
  await daemon.stop();
  fs.rmSync(folder, { recursive: true, force: true });
}
