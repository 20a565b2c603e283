// Two real sessions on two machines, that is in two homes with a daemon each, hand over work and answer through a broker.
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Message } from '../../src/protocol/index.ts';
import { type BrokerName, findBroker, unique } from '../support/brokers.ts';
import { findClaude } from '../support/claude/client.ts';
import { bash, type Scenario } from '../support/claude/scenarios.ts';
import { hasTmux, openTerminal, type Terminal } from '../support/claude/terminal.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import { commandIn } from '../support/cli.ts';
import { type Daemon, hooklineOk, startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';

const claude = await findClaude();
const kinds: readonly BrokerName[] = ['amqp', 'redis', 'nats', 'mqtt'];
const urls = new Map<BrokerName, string | undefined>();
for (const kind of kinds) urls.set(kind, await findBroker(kind));

interface Machine {
  readonly world: World;
  readonly daemon: Daemon;
  readonly terminal: Terminal;
  readonly scenarios: Record<string, Scenario>;
}

describe.skipIf(!claude.found || !hasTmux())('two sessions on two machines', () => {
  const closers: (() => Promise<unknown> | undefined)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  async function machine(session: string, url: string): Promise<Machine> {
    if (!claude.found) throw new Error('there is no client');
    const scenarios: Record<string, Scenario> = { hello: [{ text: 'Hello.' }] };
    const world = await createWorld({ bin: claude.bin, scenarios });
    closers.push(() => world.close());
    world.writeSettings({ permissions: { allow: ['Bash'] } });
    fs.mkdirSync(world.hooklineHome, { recursive: true });
    fs.writeFileSync(
      path.join(world.hooklineHome, 'config.json'),
      JSON.stringify({ brokers: [{ url, label: 'team', node: unique(`${session.slice(0, 5)}-`) }] }),
    );
    await hooklineOk(world, 'install');
    const daemon = await startDaemon(world);
    closers.push(() => daemon.stop());
    const terminal = await openTerminal({
      world,
      args: ['--permission-mode', 'acceptEdits', '--name', session],
    });
    closers.push(() => terminal.close());
    await terminal.waitFor(/❯/);
    return { world, daemon, terminal, scenarios };
  }

  async function messagesOf({ daemon }: Machine, query: string): Promise<Message[]> {
    const headers = { authorization: `Bearer ${daemon.token}` };
    const answer = await fetch(`${daemon.url}/api/messages?${query}`, { headers });
    return ((await answer.json()) as { messages: Message[] }).messages;
  }
  const delivered = (where: Machine, query: string): Promise<Message> =>
    until(
      `a message is delivered (${query})`,
      async () => (await messagesOf(where, query)).find(({ state }) => state === 'delivered'),
      60_000,
    );

  it.each(kinds)(
    'over %s: the work is handed over, done, and answered, and both receipts are true',
    async kind => {
      const url = urls.get(kind);
      if (url === undefined) return console.log(`skipped: two sessions over ${kind}, for want of a broker`);
      const [front, back] = [unique('frontend'), unique('backend')];
      const a = await machine(front, url);
      const b = await machine(back, url);
      // The session of one machine gives work away, in its own shell.
      const send = `${commandIn(a.world)} send --from ${front} --to ${back}@team`;
      a.scenarios['hand-over'] = [
        { tools: [bash(`${send} -m "RUN:work please"`)] },
        { text: 'Handed over.' },
      ];
      b.scenarios['work'] = [{ tools: [bash('sleep 0.2')] }, { text: 'Worked.' }];
      await a.terminal.submit('RUN:hand-over');
      const sent = await delivered(a, `to=${back}@team`);
      expect(sent.recipients).toMatchObject([{ name: `${back}@team`, path: 'team' }]);
      const got = await delivered(b, `to=${back}`);
      expect(got).toMatchObject({ from: `${front}@team`, key: sent.id, via: kind, verified: false });
      expect(got.recipients).toMatchObject([{ path: 'inbox-socket' }]);
      await b.terminal.waitFor(/Worked/);
      // The session of the other one answers, with the words that its message named.
      const reply = `${commandIn(b.world)} send --from ${back} --to ${front}@team --in-reply-to ${got.id}`;
      b.scenarios['report'] = [{ tools: [bash(`${reply} -m "done, RUN:hello"`)] }, { text: 'Reported.' }];
      await b.terminal.submit('RUN:report');
      const answer = await delivered(a, `to=${front}`);
      expect(answer).toMatchObject({ from: `${back}@team`, inReplyTo: sent.id, via: kind });
      await a.terminal.waitFor(/Hello/);
      await delivered(b, `to=${front}@team`);
    },
  );
});
