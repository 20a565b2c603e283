// Clients that come and go: each goes on where it left, and must have seen every event once, in order.
import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import WebSocket from 'ws';
import type { Daemon } from '../../test/support/hookline.ts';

/** How long a client stays, and how long it is away, in seconds: anything between. */
const STAYS: readonly [number, number] = [3, 60];
const AWAY: readonly [number, number] = [0.2, 8];

const between = ([least, most]: readonly [number, number]): number => least + Math.random() * (most - least);

class Visitor {
  readonly #daemon: Daemon;
  readonly #name: string;
  readonly #batch: boolean;
  readonly failures: string[] = [];
  /** What it has seen everything up to, once it has been there. */
  last: number | undefined;
  seen = 0;
  visits = 0;
  #epoch = '';
  #socket: WebSocket | undefined;

  constructor(daemon: Daemon, number: number) {
    this.#daemon = daemon;
    this.#name = `client ${number}`;
    this.#batch = number % 4 === 3;
  }

  async live(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      await this.#visit();
      await delay(between(STAYS) * 1000, undefined, { signal: stop }).catch(() => {});
      // Some hang up, some are just gone.
      if (Math.random() < 0.5) this.#socket?.terminate();
      else this.#socket?.close();
      await delay(between(AWAY) * 1000, undefined, { signal: stop }).catch(() => {});
    }
  }

  /** Comes once more, to see the rest. */
  async see(head: number, patienceS: number): Promise<void> {
    await this.#visit();
    const until = performance.now() + patienceS * 1000;
    while ((this.last ?? 0) < head && performance.now() < until) await delay(50);
    if ((this.last ?? 0) < head) this.failures.push(`${this.#name} saw up to ${this.last} of ${head}`);
    this.leave();
  }

  leave(): void {
    this.#socket?.terminate();
  }

  #visit(): Promise<void> {
    this.visits++;
    const { url, token } = this.#daemon;
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, {
      headers: { authorization: `Bearer ${token}` },
    });
    this.#socket = socket;
    return new Promise(resolve => {
      socket.on('message', (raw: Buffer) => {
        // One that left hears what was under way, and will be told it again.
        if (socket === this.#socket && socket.readyState === WebSocket.OPEN && this.#hear(raw.toString()))
          resolve();
      });
      socket.on('error', error => this.failures.push(`${this.#name}: ${error.message}`));
      socket.on('close', code => {
        if (![1005, 1006].includes(code)) this.failures.push(`${this.#name} was closed with ${code}`);
        resolve();
      });
    });
  }

  /** True once it is there. Events are not parsed: their `seq` stands before anything that others wrote. */
  #hear(text: string): boolean {
    if (text.startsWith('{"type":"events"')) {
      const [, prev, to] = /"prev":(\d+),"to":(\d+)/.exec(text) ?? [];
      if (Number(prev) !== this.last) this.failures.push(`${this.#name}: prev ${prev} after ${this.last}`);
      for (const [, seq] of text.matchAll(/"source":"[^"]*","seq":(\d+),"data":/g)) this.#take(Number(seq));
      if (Number(to) !== this.last) this.failures.push(`${this.#name}: to ${to} at ${this.last}`);
      return false;
    }
    const [, seq] = /^\{"type":"[^"]*","timestamp":.*?"source":"[^"]*","seq":(\d+),"data":/.exec(text) ?? [];
    if (seq !== undefined) this.#take(Number(seq));
    else return this.#obey(JSON.parse(text) as Record<string, unknown>);
    return false;
  }

  #obey(frame: Record<string, unknown>): boolean {
    const { type } = frame;
    if (type === 'snapshot') {
      const { epoch, seq } = frame as unknown as { epoch: string; seq: number };
      if (this.#epoch !== '' && epoch !== this.#epoch) this.failures.push(`${this.#name}: another epoch`);
      this.#epoch = epoch;
      this.last ??= seq;
      const since = { epoch, seq: this.last };
      this.#socket?.send(
        JSON.stringify({ type: 'subscribe', topics: ['**'], since, ...(this.#batch ? { batch: true } : {}) }),
      );
    } else if (type === 'subscribed') {
      if (frame['recovered'] !== true) this.failures.push(`${this.#name}: ${JSON.stringify(frame)}`);
      return true;
    } else if (type !== 'position') {
      this.failures.push(`${this.#name} was told ${JSON.stringify(frame).slice(0, 200)}`);
    }
    return false;
  }

  #take(seq: number): void {
    this.seen++;
    if (seq !== (this.last ?? 0) + 1) this.failures.push(`${this.#name}: ${seq} after ${this.last}`);
    this.last = seq;
  }
}

export class Audience {
  readonly #daemon: Daemon;
  readonly #stop = new AbortController();
  #all: readonly Visitor[] = [];
  #lives: readonly Promise<void>[] = [];

  constructor(daemon: Daemon) {
    this.#daemon = daemon;
  }

  get seen(): number {
    return this.#all.reduce((sum, { seen }) => sum + seen, 0);
  }

  get visits(): number {
    return this.#all.reduce((sum, { visits }) => sum + visits, 0);
  }

  enter(clients: number): void {
    // One for each that waits.
    setMaxListeners(clients, this.#stop.signal);
    this.#all = Array.from({ length: clients }, (_, number) => new Visitor(this.#daemon, number));
    this.#lives = this.#all.map(one => one.live(this.#stop.signal));
  }

  /** Lets everybody see the rest; returns what anybody missed, or saw twice. */
  async leave(patienceS: number): Promise<string[]> {
    this.#stop.abort();
    await Promise.all(this.#lives);
    const health = (await (await fetch(`${this.#daemon.url}/health`)).json()) as { seq: number };
    await Promise.all(this.#all.map(one => one.see(health.seq, patienceS)));
    return this.#all.flatMap(({ failures }) => failures);
  }

  /** Sends everybody away, whatever they have seen. */
  disperse(): void {
    this.#stop.abort();
    for (const one of this.#all) one.leave();
  }
}
