// A network at its worst, between a client and a server: a TCP proxy that slices bytes, slows them down, stalls and resets connections.
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Chance } from './random.ts';

interface Pair {
  readonly client: net.Socket;
  readonly daemon: net.Socket;
}

/** How often it is looked whether a connection may go on, and how much of a slow one passes at once; in milliseconds. */
const LOOK_MS = 20;
const PORTION_MS = 50;

export class BadNetwork {
  /** Where connections lead to at the moment; undefined refuses them. */
  target: number | undefined;
  /** How often bytes are cut into small pieces, from 0 to 1. */
  slicing = 0.5;
  /** How many bytes a second pass, each way of each connection; 0: none until it is more. */
  bytesPerSecond = Number.POSITIVE_INFINITY;
  readonly #chance: Chance;
  readonly #server: net.Server;
  readonly #pairs = new Set<Pair>();
  #stalled: Promise<void> | undefined;

  constructor(chance: Chance) {
    this.#chance = chance;
    this.#server = net.createServer({ allowHalfOpen: true }, client => this.#connect(client));
  }

  get port(): number {
    return (this.#server.address() as net.AddressInfo).port;
  }

  get connections(): number {
    return this.#pairs.size;
  }

  async start(): Promise<this> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  async stop(): Promise<void> {
    this.reset(1);
    await new Promise(resolve => this.#server.close(resolve));
  }

  /** Resets connections, each with this probability. */
  reset(share: number): void {
    for (const { client, daemon } of this.#pairs) {
      if (this.#chance.next() >= share) continue;
      client.resetAndDestroy();
      daemon.resetAndDestroy();
    }
  }

  /** Nothing passes for a while, in either direction; connections stay up. */
  stall(ms: number): void {
    this.#stalled = delay(ms).then(() => {
      this.#stalled = undefined;
    });
  }

  #connect(client: net.Socket): void {
    if (this.target === undefined) {
      client.on('error', () => {});
      client.resetAndDestroy();
      return;
    }
    const daemon = net.connect({ port: this.target, host: '127.0.0.1', allowHalfOpen: true });
    const pair = { client, daemon };
    this.#pairs.add(pair);
    for (const socket of [client, daemon]) {
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#pairs.delete(pair);
        client.destroy();
        daemon.destroy();
      });
    }
    void this.#carry(client, daemon);
    void this.#carry(daemon, client);
  }

  /** Carries bytes one way, no faster than they are taken. */
  async #carry(from: net.Socket, to: net.Socket): Promise<void> {
    try {
      for await (const chunk of from) {
        for (const piece of this.#slices(chunk as Buffer)) {
          await this.#stalled;
          await this.#pace(piece.length, to);
          if (to.destroyed) return;
          if (!to.write(piece))
            await new Promise(resolve => to.once('drain', resolve).once('close', resolve));
        }
      }
      to.end();
    } catch {
      to.destroy(); // The other side is gone.
    }
  }

  /** Waits for as long as so many bytes take, unless there is nobody left to take them. */
  async #pace(bytes: number, to: net.Socket): Promise<void> {
    while (this.bytesPerSecond === 0 && !to.destroyed) await delay(LOOK_MS);
    if (Number.isFinite(this.bytesPerSecond)) await delay((bytes / this.bytesPerSecond) * 1000);
  }

  *#slices(chunk: Buffer): Generator<Buffer> {
    if (Number.isFinite(this.bytesPerSecond)) return yield* portions(chunk, this.bytesPerSecond);
    if (this.#chance.next() >= this.slicing) return yield chunk;
    for (let at = 0; at < chunk.length; ) {
      const length = this.#chance.next() < 0.3 ? this.#chance.between(1, 7) : this.#chance.between(8, 4000);
      yield chunk.subarray(at, at + length);
      at += length;
    }
  }
}

/** What passes in a moment at this speed: slow is not the same as all of it late. */
function* portions(chunk: Buffer, bytesPerSecond: number): Generator<Buffer> {
  const length = Math.max(1, Math.ceil((bytesPerSecond * PORTION_MS) / 1000));
  for (let at = 0; at < chunk.length; at += length) yield chunk.subarray(at, at + length);
}
