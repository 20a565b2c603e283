// Runs the hook script as Claude Code does, in every shell it may be run by, against daemons of all kinds.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import fs from 'node:fs/promises';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { installHookFile } from '../../../../src/agents/claude-code/install/hook-file.ts';
import { hookFile } from '../../../../src/agents/claude-code/install/index.ts';
import { HOOK_TIME_LIMIT_SEC } from '../../../../src/hook-endpoint/index.ts';
import { machine } from './support.ts';

export const TOKEN = 'a1b2'.repeat(16);
export const LIMIT_MS = HOOK_TIME_LIMIT_SEC * 1000;
/** Machines are busy; what matters is that nothing waits for the limit. */
export const QUICK_MS = 0.95 * LIMIT_MS;

/** Ways to run it: the shells /bin/sh can be, and a machine that has curl but no bash. */
const ways: Record<string, { argv: string[]; path?: string[] }> = {
  dash: { argv: ['/bin/dash'] },
  bash: { argv: ['/bin/bash'] },
  'bash as sh': { argv: ['/bin/bash', '--posix'] },
  'busybox ash': { argv: ['/bin/busybox', 'sh'] },
  'curl alone': { argv: ['/bin/sh'], path: ['curl', 'cat', 'mkdir'] },
};
export const here = Object.entries(ways).filter(([name, { argv }]) => {
  if (existsSync(argv[0] ?? '')) return true;
  console.log(`hook-script: ${argv[0]} is not here, so the hook is not tried with ${name}`);
  return false;
});

/** A PATH with nothing but these programs. */
async function barePath(root: string, programs: readonly string[]): Promise<string> {
  const bin = path.join(root, 'bin');
  await fs.mkdir(bin, { recursive: true });
  for (const program of programs) {
    const found = (process.env['PATH'] ?? '')
      .split(':')
      .find(folder => existsSync(path.join(folder, program)));
    if (found) await fs.symlink(path.join(found, program), path.join(bin, program)).catch(() => {});
  }
  return bin;
}

interface Call {
  host: string | undefined;
  authorization: string | undefined;
  contentType: string | undefined;
  url: string | undefined;
  prints: string | undefined;
  waiter: string | undefined;
  body: string;
}

export async function daemon(answer: (response: http.ServerResponse) => void = accepted, host = '127.0.0.1') {
  const calls: Call[] = [];
  const server = http.createServer(async (request, response) => {
    if (request.method === 'HEAD') {
      response.writeHead(404).end();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { host: asked, authorization, 'content-type': contentType } = request.headers;
    calls.push({
      host: asked,
      authorization,
      contentType,
      url: request.url,
      // An empty one says the same as none.
      prints: (request.headers['hookline-prints'] as string | undefined) || undefined,
      waiter: request.headers['hookline-waiter'] as string | undefined,
      body: Buffer.concat(chunks).toString(),
    });
    answer(response);
  });
  return { calls, ...(await listening(server, host)) };
}

async function listening(server: net.Server, host = '127.0.0.1'): Promise<{ url: string }> {
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
  onTestFinished(() => {
    if (server instanceof http.Server) server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${port}/hook` };
}

/** Takes connections and never answers. */
export async function hungDaemon() {
  const calls: net.Socket[] = [];
  const server = net.createServer(socket => {
    calls.push(socket);
    socket.on('error', () => {});
  });
  onTestFinished(() => {
    for (const socket of calls) socket.destroy();
  });
  return { calls, ...(await listening(server)) };
}

export function accepted(response: http.ServerResponse): void {
  response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"accepted"}');
}

export interface Outcome {
  code: number | null;
  output: string;
  ms: number;
}

export function run(
  command: string,
  payload: string,
  env: NodeJS.ProcessEnv = {},
  shell = ['/bin/sh', '-c'],
  args: readonly string[] = [],
): Promise<Outcome> {
  const started = performance.now();
  const child = spawn(shell[0] ?? '', [...shell.slice(1), command, ...args], {
    env: { ...process.env, ...env },
  });
  let output = '';
  child.stdout.on('data', chunk => (output += chunk));
  child.stderr.on('data', chunk => (output += chunk));
  child.stdin.on('error', () => {}); // a hook that has nothing to do does not read
  child.stdin.end(payload);
  return new Promise(resolve =>
    child.on('close', code => resolve({ code, output, ms: performance.now() - started })),
  );
}

/** The hook, installed in a fresh home, to be run by this shell, with nothing but these programs if they are named. */
export async function hookIn(
  argv: readonly string[],
  programs?: readonly string[],
  more: Readonly<Record<string, string>> = {},
) {
  const { home } = machine();
  await installHookFile(home);
  const env = { ...more, ...(programs ? { PATH: await barePath(home, programs) } : {}) };
  const shell = [...argv];
  return {
    home,
    env,
    call: (payload = '{}', args: readonly string[] = []) => run(hookFile(home), payload, env, shell, args),
  };
}
