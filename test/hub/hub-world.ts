// A NATS server of a test's own, with hooklines and hubs at it.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { BrokerConfig } from '../../src/config/index.ts';
import { startTestDaemon, type TestDaemon, type TestDaemonOptions } from '../support/daemon.ts';
import { NatsServer } from '../support/nats-server.ts';

export class HubWorld {
  readonly server: NatsServer;
  readonly #started: TestDaemon[] = [];
  readonly #folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-hub-'));

  constructor(server = new NatsServer()) {
    this.server = server;
  }

  /** A state directory that outlives who uses it. */
  home(name: string): string {
    return path.join(this.#folder, name);
  }

  broker(node: string, options: Partial<BrokerConfig> = {}): BrokerConfig {
    return {
      ...{ url: this.server.url, kind: 'nats', label: 'nats', node, events: [], in: [] },
      ...options,
    };
  }

  /** A hookline that tells everything. */
  node(
    name: string,
    options: Partial<BrokerConfig> = {},
    others: TestDaemonOptions = {},
  ): Promise<TestDaemon> {
    const { config, ...rest } = others;
    const brokers = [this.broker(name, { events: ['**'], ...options })];
    return this.#start({ config: { home: this.home(name), store: true, ...config, brokers }, ...rest });
  }

  hub(
    name = 'hub',
    options: Partial<BrokerConfig> = {},
    { config, ...rest }: TestDaemonOptions = {},
  ): Promise<TestDaemon> {
    const brokers = [this.broker(name, options)];
    return this.#start({
      config: { home: this.home(name), store: true, ...config, brokers },
      isHub: true,
      ...rest,
    });
  }

  async close(): Promise<void> {
    for (const one of this.#started.reverse()) await one.stop();
    await this.server.remove();
    fs.rmSync(this.#folder, { recursive: true, force: true });
  }

  async #start(options: TestDaemonOptions): Promise<TestDaemon> {
    const started = await startTestDaemon(options);
    this.#started.push(started);
    return started;
  }
}

/** What a hookline answers. */
export async function ask<T>(daemon: TestDaemon, method: string, target: string, body?: object): Promise<T> {
  const answer = await fetch(`${daemon.url}${target}`, {
    method,
    headers: { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return (await answer.json()) as T;
}
