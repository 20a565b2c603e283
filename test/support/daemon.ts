// Starts real daemons inside the test process: throw-away homes, a free port, limits short enough to wait for.
import diagnostics from 'node:diagnostics_channel';
import fs from 'node:fs';
import type { Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import { type Config, loadConfig } from '../../src/config/index.ts';
import type { Limits } from '../../src/protocol/index.ts';
import { type Daemon, type DaemonOptions, makeLogger, startDaemon } from '../../src/server/index.ts';
import { afterEveryFile } from './endings.ts';

export interface TestDaemonOptions extends Omit<DaemonOptions, 'logger'> {
  readonly config?: Partial<Omit<Config, 'limits'>>;
  readonly limits?: Partial<Limits>;
}

export interface TestDaemon {
  readonly daemon: Daemon;
  readonly home: string;
  readonly port: number;
  /** `127.0.0.1:<port>`. */
  readonly host: string;
  readonly url: string;
  /** As the files hold them now. */
  readonly token: string;
  readonly hookToken: string;
  /** Everything the daemon logged, at every level. */
  readonly logged: string[];
  /** The daemon's ends of the connections that are still open. */
  sockets(): Socket[];
  get(target: string, headers?: Record<string, string>): Promise<Response>;
  /** What the API says, as JSON: GET, or POST where there is a body. */
  ask<T>(target: string, body?: object): Promise<T>;
  /** Posts a body to /hook as the hooks do; text goes as it is. */
  post(body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Posts a hook payload and expects it to be accepted. */
  hook(event: string, fields?: Record<string, unknown>): Promise<void>;
  /** Logs `count` events of a topic of their own, with `data.n` counting up, and returns the head of the log then. */
  emit(count: number, event?: { topic?: string; sessionId?: string; data?: object }): Promise<number>;
  stop(): Promise<void>;
}

const running = new Set<TestDaemon>();
const accepted = new Set<Socket>();
diagnostics.subscribe('net.server.socket', message => {
  const { socket } = message as { socket: Socket };
  accepted.add(socket);
  socket.on('close', () => accepted.delete(socket));
});

afterEveryFile(() => Promise.all([...running].map(one => one.stop())));

/** Memory only unless `config.store` says otherwise. It is stopped when the test file is done, if not before. */
export async function startTestDaemon(options: TestDaemonOptions = {}): Promise<TestDaemon> {
  const homedir = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-daemon-'));
  const defaults = loadConfig({ env: {}, homedir, flags: { port: '0', hooks: false, store: false } });
  const { config: configured, limits, ...others } = options;
  const config = { ...defaults, ...configured, limits: { ...defaults.limits, ...limits } };
  const logged: string[] = [];
  const daemon = await startDaemon(config, {
    logger: makeLogger('debug', line => logged.push(line)),
    ...others,
  });
  const tokenIn = (file: string): string => fs.readFileSync(path.join(config.home, file), 'utf8').trim();
  const { port } = daemon;
  const host = `127.0.0.1:${port}`;
  const started: TestDaemon = {
    daemon,
    port,
    host,
    logged,
    home: config.home,
    url: `http://${host}`,
    get token() {
      return tokenIn('token');
    },
    get hookToken() {
      return tokenIn('hook-token');
    },
    sockets: () => [...accepted].filter(socket => socket.localPort === port && !socket.destroyed),
    get: (target, headers = {}) =>
      fetch(`http://${host}${target}`, {
        headers: { authorization: `Bearer ${started.token}`, ...headers },
      }),
    ask: async (target, body) => {
      const answer = await fetch(`http://${host}${target}`, {
        method: body ? 'POST' : 'GET',
        headers: { authorization: `Bearer ${started.token}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      });
      return answer.json();
    },
    post: (body, headers = {}) =>
      fetch(`http://${host}/hook`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${started.hookToken}`,
          'content-type': 'application/json',
          ...headers,
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    async hook(event, fields = {}) {
      const answer = await started.post({ session_id: 's1', cwd: '/w', hook_event_name: event, ...fields });
      expect(await answer.json()).toEqual({ status: 'accepted' });
    },
    async emit(count, { topic = 'test.tick', sessionId = 's1', data = {} } = {}) {
      for (let n = 0; n < count; n++) {
        expect((await started.post({ sessionId, type: topic, data: { ...data, n } })).status).toBe(202);
      }
      return ((await (await started.get('/health')).json()) as { seq: number }).seq;
    },
    async stop() {
      running.delete(started);
      await daemon.stop();
      fs.rmSync(homedir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  running.add(started);
  return started;
}
