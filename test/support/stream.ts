// A plain WebSocket reader of the stream of a daemon that runs as a process, with the patience that real clients need.
import WebSocket from 'ws';
import { type Frame, isEvent, keepFrames } from './frames.ts';
import type { Daemon } from './hookline.ts';

export interface Stream {
  /** Everything that came, oldest first. */
  readonly frames: readonly Frame[];
  /** Only what carries an event. */
  events(): Frame[];
  send(message: Readonly<Record<string, unknown>>): void;
  /** The first frame, come or yet to come, that `wanted` accepts; fails after `timeoutMs` (default 60,000). */
  waitFor(what: string, wanted: (frame: Frame) => boolean, timeoutMs?: number): Promise<Frame>;
  close(): void;
}

/** Connects and waits for the first snapshot. */
export async function openStream(daemon: Daemon): Promise<Stream> {
  const socket = new WebSocket(`${daemon.url.replace('http', 'ws')}/ws`, {
    headers: { authorization: `Bearer ${daemon.token}` },
  });
  const kept = keepFrames(socket);
  const stream: Stream = {
    frames: kept.frames,
    events: () => kept.frames.filter(isEvent),
    send: message => socket.send(JSON.stringify(message)),
    waitFor: (what, wanted, timeoutMs = 60_000) => kept.waitFor(what, wanted, { timeoutMs }),
    close: () => socket.terminate(),
  };
  await stream.waitFor('the first snapshot', frame => frame.type === 'snapshot');
  return stream;
}
