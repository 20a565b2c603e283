// Messages where it is hard: a dialog that is open, a draft, a client that drops them, one that holds them, one that is killed.
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { findClaude } from '../support/claude/client.ts';
import { runClaude } from '../support/claude/headless.ts';
import { registeredOf } from '../support/claude/registered.ts';
import { bash } from '../support/claude/scenarios.ts';
import { hasTmux, openTerminal, type Terminal } from '../support/claude/terminal.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import { type Daemon, hooklineOk, startDaemon } from '../support/hookline.ts';
import { openStream, type Stream } from '../support/stream.ts';
import { until } from '../support/until.ts';

const claude = await findClaude();
const scenarios = {
  greet: [{ text: 'Good morning to you too.' }],
  ask: [{ tools: [bash('curl -s http://127.0.0.1:9/ -d @README.md')] }, { text: 'It was sent.' }],
  pause: [{ tools: [bash('sleep 6')] }, { text: 'I paused.' }],
  slow: [{ tools: [bash('sleep 20')] }, { text: 'I slept.' }],
};

interface Told {
  readonly id: string;
  readonly state: string;
  readonly recipients: readonly {
    readonly tries: number;
    readonly givenAt?: number;
    readonly reason?: string;
    readonly sessionId?: string;
  }[];
}

/** A world with a daemon, and what is done in it. */
class Lab {
  readonly world: World;
  readonly daemon: Daemon;
  readonly stream: Stream;
  readonly #terminals: Terminal[] = [];

  constructor(world: World, daemon: Daemon, stream: Stream) {
    this.world = world;
    this.daemon = daemon;
    this.stream = stream;
  }

  async end(): Promise<void> {
    this.stream.close();
    for (const terminal of this.#terminals) await terminal.close();
    await this.daemon.stop();
    await this.world.close();
  }

  /** Opens a terminal; further ones are those of further clients. */
  async terminal(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Terminal> {
    const terminal = await openTerminal({ world: this.world, args, env });
    this.#terminals.push(terminal);
    return terminal;
  }

  /** Opens a session, and waits until it is known. */
  async open(...args: string[]): Promise<{ terminal: Terminal; sessionId: string }> {
    const before = this.stream.events().length;
    const terminal = await this.terminal(args);
    await terminal.waitFor(/❯/);
    const sessionId = await until(
      'the session is known',
      () =>
        this.stream
          .events()
          .slice(before)
          .find(({ type }) => type === 'session.discovered')?.sessionId,
    );
    return { terminal, sessionId: String(sessionId) };
  }

  async send(to: string, text: string): Promise<string> {
    const { stdout } = await hooklineOk(this.world, 'send', '--to', to, '-m', text, '--from', 'frontend');
    return stdout.trim();
  }

  /** The same, without the time that a command takes. */
  async post(to: string, message: string): Promise<string> {
    const answer = await fetch(`${this.daemon.url}/api/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.daemon.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ to, message }),
    });
    return ((await answer.json()) as Told).id;
  }

  async get<T>(path: string): Promise<T> {
    const headers = { authorization: `Bearer ${this.daemon.token}` };
    return (await (await fetch(`${this.daemon.url}${path}`, { headers })).json()) as T;
  }

  find(id: string, wait?: string): Promise<Told> {
    return this.get(`/api/messages/${id}${wait === undefined ? '' : `?wait=${wait}&timeoutMs=30000`}`);
  }

  promptsWith(id: string): number {
    return this.stream
      .events()
      .filter(({ type, data }) => type === 'prompt.submitted' && String(data?.['prompt']).includes(id))
      .length;
  }

  transcriptOf(sessionId: string): string {
    const folder = path.join(this.world.configDir, 'projects');
    // The client tells of its first prompt before it writes it down.
    if (!fs.existsSync(folder)) return '';
    const files = fs.readdirSync(folder).map(name => path.join(folder, name, `${sessionId}.jsonl`));
    return files
      .filter(file => fs.existsSync(file))
      .map(file => fs.readFileSync(file, 'utf8'))
      .join('');
  }

  socketOf(sessionId: string): Promise<string> {
    return until(
      'its socket is in the register',
      () => registeredOf(this.world.configDir, sessionId)?.messagingSocketPath,
    );
  }
}

/** Begins with the user's settings. Each test has a world of its own and waits for its client, so they wait side by side. */
const it = test.extend<{ begin: (settings?: object) => Promise<Lab> }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from it which fixtures this one needs
  begin: async ({}, use) => {
    let lab: Lab | undefined;
    await use(async (settings = {}) => {
      if (!claude.found) throw new Error('there is no client to begin with');
      const world = await createWorld({ bin: claude.bin, scenarios });
      world.writeSettings(settings);
      await hooklineOk(world, 'install');
      const daemon = await startDaemon(world);
      lab = new Lab(world, daemon, await openStream(daemon));
      lab.stream.send({ type: 'subscribe', topics: ['**'] });
      return lab;
    });
    await lab?.end();
  },
});

describe.skipIf(!claude.found || !hasTmux())('a message to a session', { concurrent: true }, () => {
  it('is delivered before anything else was said there, and leaves a draft as it is', async ({ begin }) => {
    const lab = await begin();
    const { terminal, sessionId } = await lab.open('--permission-mode', 'acceptEdits');
    await terminal.press('m', 'y', 'Space', 'd', 'r', 'a', 'f', 't');
    await terminal.waitFor(/❯\smy draft/);
    const id = await lab.send(sessionId, 'RUN:greet');
    expect(await lab.find(id, 'delivered')).toMatchObject({ state: 'delivered', recipients: [{ tries: 1 }] });
    expect(await terminal.waitFor(/Good morning to you too/)).toMatch(/❯\smy draft/);
  });

  it('waits for a dialog, which stays as it is until its user answers', async ({ begin }) => {
    const lab = await begin({ permissions: { defaultMode: 'default' } });
    const { terminal, sessionId } = await lab.open('--permission-mode', 'acceptEdits');
    await terminal.submit('RUN:ask');
    await terminal.waitFor(/Do you want to proceed/);
    const id = await lab.send(sessionId, 'RUN:greet');
    // Longer than it takes to find that a session took no note of it.
    const given = await until('it was looked what became of it', async () => {
      const message = await lab.find(id);
      return Date.now() - (message.recipients[0]?.givenAt ?? Date.now()) > 8000 ? message : undefined;
    });
    expect(given.recipients[0]?.tries).toBe(1);
    expect(await terminal.screen()).toMatch(/Do you want to proceed/);
    await terminal.press('Enter');
    expect(await lab.find(id, 'delivered')).toMatchObject({ state: 'delivered', recipients: [{ tries: 1 }] });
    await until('it is told', () => lab.promptsWith(id) > 0);
    expect(lab.promptsWith(id)).toBe(1);
  });

  it('that the client drops because it had too many is given again, and delivered once', async ({
    begin,
  }) => {
    const lab = await begin();
    const { sessionId } = await lab.open('--permission-mode', 'acceptEdits');
    const first = await lab.send(sessionId, 'RUN:greet');
    expect(await lab.find(first, 'delivered')).toMatchObject({ state: 'delivered' });
    const socket = await lab.socketOf(sessionId);
    const prompt = lab.stream.events().find(({ data }) => String(data?.['prompt']).includes(first))?.data?.[
      'prompt'
    ];
    const from = /from="([^"]+)"/.exec(String(prompt))?.[1];
    expect(from).toMatch(/^uds:/);
    const filler = (n: number): string =>
      `${JSON.stringify({ type: 'user', message: { role: 'user', content: `filler ${n}` }, session_id: sessionId, from })}\n`;
    // As many as it takes at once, as if they came from the daemon, and then each that it would take, one every two seconds: ours it
    // drops, unless it is the first after that.
    await write(socket, Array.from({ length: 30 }, (_, n) => filler(n)).join(''));
    let over = false;
    const flooding = (async () => {
      for (let n = 30; !over; n++) {
        await write(socket, filler(n));
        await delay(5);
      }
    })();
    const meanwhile = (async () => {
      try {
        await until(
          'it has taken them',
          () => new Set(lab.transcriptOf(sessionId).match(/filler \d+/g)).size >= 29,
        );
        const given = await lab.post(sessionId, 'RUN:greet again');
        await until('it was given', async () => (await lab.find(given)).recipients[0]?.givenAt !== undefined);
        return given;
      } finally {
        over = true;
      }
    })();
    const [id] = await Promise.all([meanwhile, flooding]);
    const message = await lab.find(id, 'delivered');
    expect(message).toMatchObject({ state: 'delivered' });
    expect(message.recipients[0]?.tries).toBeGreaterThan(1);
    await until('it is told', () => lab.promptsWith(id) > 0);
    expect(lab.promptsWith(id)).toBe(1);
  });

  it('is one of fifty that come at once: each is delivered, in order, though some say the same', async ({
    begin,
  }) => {
    const lab = await begin();
    const { sessionId } = await lab.open('--permission-mode', 'acceptEdits');
    const ids: string[] = [];
    for (let n = 0; n < 50; n++) ids.push(await lab.post(sessionId, n % 10 < 5 ? 'the same' : `number ${n}`));
    const arrived = await until(
      'all of them were delivered',
      async () => {
        const { messages } = await lab.get<{ messages: Told[] }>('/api/messages?state=delivered');
        return messages.length === ids.length ? messages : undefined;
      },
      90_000,
    );
    expect(arrived.every(({ recipients }) => recipients[0]?.tries === 1)).toBe(true);
    const order = (): string[] =>
      lab.stream
        .events()
        .filter(({ type }) => type === 'prompt.submitted')
        .flatMap(({ data }) => ids.filter(id => String(data?.['prompt']).includes(id)));
    await until('all of them are told', () => order().length >= ids.length);
    expect(order()).toEqual(ids);
  });

  it('is held by a session that bypasses permissions, and delivered once its user lets it in', async ({
    begin,
  }) => {
    const lab = await begin();
    // The client refuses this to root, unless it is told that it runs in a sandbox.
    const env = { IS_SANDBOX: '1' };
    const terminal = await lab.terminal(['--dangerously-skip-permissions'], env);
    await terminal.waitFor(/Yes, I accept/);
    await terminal.choose(/❯ Yes, I accept/);
    const { sessionId } = await lab.stream.waitFor(
      'the session',
      ({ type }) => type === 'session.discovered',
    );
    const id = await lab.send(String(sessionId), 'RUN:greet');
    expect(await lab.find(id, 'held')).toMatchObject({ state: 'held' });
    await terminal.waitFor(/Held message from another session/);
    expect([lab.promptsWith(id), (await lab.find(id)).recipients[0]?.reason]).toEqual([
      0,
      expect.stringContaining('crossSessionInbound'),
    ]);
    await terminal.choose(/❯ Deliver this message/);
    await terminal.waitFor(/Good morning to you too/);
    expect(await lab.find(id, 'delivered')).toMatchObject({ state: 'delivered', recipients: [{ tries: 1 }] });
    const refused = await lab.send(String(sessionId), 'RUN:greet once more');
    await terminal.waitFor(/Held message from another session/);
    await terminal.pressUntil('Enter', /bypass permissions on/);
    expect(await lab.find(refused, 'dead')).toMatchObject({
      state: 'dead',
      recipients: [{ reason: "the session's user did not let it in" }],
    });
  });

  it('reaches one without a terminal (-p) in the middle of its work', async ({ begin }) => {
    const lab = await begin({ permissions: { allow: ['Bash'] } });
    const run = runClaude({ world: lab.world, prompts: ['RUN:pause'], bypass: false });
    const { sessionId } = await lab.stream.waitFor('the tool', ({ type }) => type === 'tool.use');
    const id = await lab.send(String(sessionId), 'RUN:greet');
    expect(await lab.find(id, 'delivered')).toMatchObject({
      state: 'delivered',
      recipients: [{ tries: 1, path: 'inbox-socket' }],
    });
    expect((await run).code).toBe(0);
    await until('it is told', () => lab.promptsWith(id) > 0);
    expect(lab.promptsWith(id)).toBe(1);
  });

  it('that a session was killed with goes to the same session when it is resumed', async ({ begin }) => {
    const lab = await begin();
    const { terminal, sessionId } = await lab.open('--permission-mode', 'acceptEdits');
    await terminal.submit('RUN:slow');
    await lab.stream.waitFor('the tool', ({ type }) => type === 'tool.use');
    const id = await lab.send(sessionId, 'RUN:greet');
    expect(await lab.find(id, 'accepted')).toMatchObject({ state: 'accepted' });
    await terminal.close();
    expect(lab.promptsWith(id)).toBe(0);
    await until('it waits again', async () => (await lab.find(id)).state === 'queued');
    await lab.terminal(['--resume', sessionId, '--permission-mode', 'acceptEdits']);
    expect(await lab.find(id, 'delivered')).toMatchObject({
      state: 'delivered',
      recipients: [{ sessionId }],
    });
    await until('it is told', () => lab.promptsWith(id) > 0);
    expect(lab.promptsWith(id)).toBe(1);
  });
});

const write = (file: string, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    net
      .connect(file)
      .once('error', reject)
      .end(text, () => resolve());
  });
