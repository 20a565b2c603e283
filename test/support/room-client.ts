// A client of a room, written from the frames as they are documented: what it was sent, oldest first, and a token in its URL.
import WebSocket from 'ws';
import { type Frame, keepFrames } from './frames.ts';

export interface RoomClient {
  readonly socket: WebSocket;
  readonly frames: readonly Frame[];
  /** The frames of a type. */
  of(type: string): Frame[];
  send(frame: object | string): void;
  /** Writes into the room as a client does. */
  say(content: string, user?: string): void;
  /** The first frame, come or yet to come, of this type or that `wanted` accepts, after the first `from` ones. */
  waitFor(wanted: string | ((frame: Frame) => boolean), from?: number): Promise<Frame>;
  /** Sends a frame and waits for the next one of a type. */
  ask(frame: object | string, type: string): Promise<Frame>;
  readonly closed: Promise<{ code: number; reason: string }>;
  close(): void;
}

export interface RoomClientOptions {
  /** Default `default`, which is not said. */
  readonly room?: string;
  readonly to?: string;
  readonly token?: string;
  /** Default true; false for a client that never answers a ping. */
  readonly autoPong?: boolean;
}

const PATIENCE_MS = 60_000;

export async function enterRoom(
  daemon: { readonly host: string; readonly token: string },
  { room, to, token = daemon.token, autoPong = true }: RoomClientOptions = {},
): Promise<RoomClient> {
  const query = new URLSearchParams({
    token,
    ...(to === undefined ? {} : { to }),
    ...(room === undefined ? {} : { session: room }),
  });
  const socket = new WebSocket(`ws://${daemon.host}/channel?${query}`, { autoPong });
  const { frames, closed, waitFor } = keepFrames(socket);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const client: RoomClient = {
    ...{ socket, frames, closed },
    of: type => frames.filter(frame => frame.type === type),
    send: frame => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    say: (content, user = 'alice') =>
      client.send({
        ...{ type: 'message', session_id: room ?? 'default', content, user },
        ts: new Date().toISOString(),
      }),
    waitFor(wanted, from = 0) {
      const accepts = typeof wanted === 'string' ? (frame: Frame) => frame.type === wanted : wanted;
      return waitFor(String(wanted), accepts, { from, timeoutMs: PATIENCE_MS });
    },
    ask(frame, type) {
      const from = frames.length;
      client.send(frame);
      return client.waitFor(type, from);
    },
    close: () => socket.terminate(),
  };
  return client;
}
