// Machines of a test's own, as network namespaces behind one bridge: each reaches the others only over a line that can be cut.
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';

/** Whether namespaces can be made here; when not, a line says what is skipped. */
export function hasNamespaces(): boolean {
  const made = spawnSync('unshare', ['--net', 'ip', 'link', 'add', 'hl-try', 'type', 'bridge']);
  if (made.status === 0 && spawnSync('ip', ['netns', 'list']).status === 0) return true;
  console.log('skipped: no network namespaces can be made here (that takes Linux, root and ip)');
  return false;
}

const ip = (...args: readonly string[]): void => {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
};

export interface Machine {
  /** What comes before a command that is to run there. */
  readonly within: readonly string[];
  cut(): void;
  mend(): void;
}

/** Names of devices may have 15 characters. */
const unique = (): string => Math.random().toString(36).slice(2, 7);

export class Network {
  readonly #bridge = `hl${unique()}`;
  readonly #subnet = `10.231.${Math.floor(Math.random() * 250)}`;
  readonly #namespaces: string[] = [];
  readonly #servers: net.Server[] = [];

  constructor() {
    ip('link', 'add', this.#bridge, 'type', 'bridge');
    ip('addr', 'add', `${this.address}/24`, 'dev', this.#bridge);
    ip('link', 'set', this.#bridge, 'up');
  }

  /** Where the machine of the test itself is reached. */
  get address(): string {
    return `${this.#subnet}.1`;
  }

  add(): Machine {
    const name = `${this.#bridge}n${this.#namespaces.length}`;
    const [here, there] = [`${name}a`, `${name}b`];
    ip('netns', 'add', name);
    this.#namespaces.push(name);
    ip('link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', name);
    ip('link', 'set', here, 'master', this.#bridge, 'up');
    const within = (...args: readonly string[]): void => ip('-n', name, ...args);
    within('link', 'set', 'lo', 'up');
    within('addr', 'add', `${this.#subnet}.${this.#namespaces.length + 1}/24`, 'dev', there);
    within('link', 'set', there, 'up');
    return {
      within: ['ip', 'netns', 'exec', name],
      cut: () => ip('link', 'set', here, 'down'),
      mend: () => ip('link', 'set', here, 'up'),
    };
  }

  /** Lets the machines reach what listens at a port of 127.0.0.1 here; returns `host:port`. */
  async expose(port: number): Promise<string> {
    const server = net.createServer(socket => {
      const there = net.connect(port, '127.0.0.1');
      for (const [one, other] of [
        [socket, there],
        [there, socket],
      ] as const) {
        one.pipe(other);
        one.on('error', () => other.destroy());
        one.on('close', () => other.destroy());
      }
    });
    server.listen(0, this.address);
    await once(server, 'listening');
    this.#servers.push(server);
    return `${this.address}:${(server.address() as net.AddressInfo).port}`;
  }

  remove(): void {
    for (const server of this.#servers) server.close();
    for (const name of this.#namespaces) spawnSync('ip', ['netns', 'delete', name]);
    spawnSync('ip', ['link', 'delete', this.#bridge]);
  }
}
