// A plain WebSocket reader of the stream that keeps every frame, for tests that ask what came and in which order.
import WebSocket, { type RawData } from 'ws';
import type { Daemon } from './hookline.ts';
import { lagging } from './lag.ts';

/** A frame as it came; which fields it has depends on its type. */
export interface Frame {
  type: string;
  seq?: number;
  sessionId?: string;
  agentId?: string;
  timestamp?: number;
  data?: Record<string, unknown>;
  [field: string]: unknown;
}

export interface Stream {
  /** Everything that came, oldest first. */
  readonly frames: readonly Frame[];
  /** Only what carries an event. */
  events(): Frame[];
  send(message: Readonly<Record<string, unknown>>): void;
  /** The first frame, come or yet to come, that `wanted` accepts; fails after `timeoutMs` (default 20,000). */
  waitFor(what: string, wanted: (frame: Frame) => boolean, timeoutMs?: number): Promise<Frame>;
  close(): void;
}

export const isEvent = (frame: Frame): boolean => typeof frame.timestamp === 'number' && 'data' in frame;

/** Connects and waits for the first snapshot. */
export async function openStream(daemon: Daemon): Promise<Stream> {
  const socket = new WebSocket(`${daemon.url.replace('http', 'ws')}/ws`, {
    headers: { authorization: `Bearer ${daemon.token}` },
  });
  const frames: Frame[] = [];
  const watchers = new Set<() => void>();
  let ended = '';
  const notify = (): void => {
    for (const watcher of watchers) watcher();
  };
  const take = (raw: RawData): void => {
    frames.push(JSON.parse(String(raw)) as Frame);
    notify();
  };
  socket.on('message', raw => lagging(() => take(raw)));
  socket.on('error', error => {
    ended = error.message;
  });
  const end = (code: number, reason: Buffer): void => {
    ended ||= `closed with ${code} ${reason}`;
    notify();
  };
  socket.on('close', (code, reason) => lagging(() => end(code, reason)));

  function waitFor(what: string, wanted: (frame: Frame) => boolean, timeoutMs = 20_000): Promise<Frame> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        clearTimeout(timer);
        watchers.delete(look);
        finish();
      };
      const fail = (why: string): void => {
        const had = frames.map(frame => `${frame.seq ?? '-'} ${frame.type}`).join('\n');
        settle(() => reject(new Error(`the stream did not tell of ${what}: ${why}; it told\n${had}`)));
      };
      const timer = setTimeout(() => fail(`nothing within ${timeoutMs} ms`), timeoutMs);
      let looked = 0;
      const look = (): void => {
        const from = looked;
        looked = frames.length;
        const found = frames.slice(from).find(wanted);
        if (found) settle(() => resolve(found));
        else if (ended) fail(ended);
      };
      watchers.add(look);
      look();
    });
  }

  await waitFor('its snapshot', frame => frame.type === 'snapshot');
  return {
    frames,
    events: () => frames.filter(isEvent),
    send: message => socket.send(JSON.stringify(message)),
    waitFor,
    close: () => socket.terminate(),
  };
}
