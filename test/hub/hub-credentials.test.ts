// Who may do what at a NATS server of a team, by the very rights that docs/hub.md gives; and that no token of a machine passes there.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect as connectNats, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BrokerConfig } from '../../src/config/index.ts';
import type { EventEnvelope, NodeState } from '../../src/protocol/index.ts';
import { answers, asks, listed } from '../support/approvals.ts';
import type { TestDaemon } from '../support/daemon.ts';
import { hasNatsServer, NatsServer } from '../support/nats-server.ts';
import { until } from '../support/until.ts';
import { type Client, connect } from '../support/ws.ts';
import { ask, HubWorld } from './hub-world.ts';

const PASSWORDS = { hub: 'of-the-hub', laptop: 'of-the-laptop', desk: 'of-the-desk', all: 'of-all' };
type User = keyof typeof PASSWORDS;

/** The configuration of the page, with passwords, a hub that may not answer, and somebody who sees everything. */
function users(): string {
  const [, page = ''] = /```conf\n(.*?)```/s.exec(fs.readFileSync('docs/hub.md', 'utf8')) ?? [];
  const withPasswords = page
    .replace(/^jetstream .*$/m, '')
    .replace(/\$(\w+)_PASSWORD/g, (_, user: string) => `"${PASSWORDS[user.toLowerCase() as User]}"`);
  const [, hub = ''] = /(\{ user: hub,.*?\} \})/s.exec(withPasswords) ?? [];
  const onlooker = hub
    .replaceAll('hub', 'onlooker')
    .replace('"hookline.ask.>", "hookline.onlookers", ', '')
    .replace('of-the-onlooker', PASSWORDS.hub);
  expect(onlooker).not.toContain('hookline.ask');
  const everybody = `${onlooker}\n    { user: all, password: "${PASSWORDS.all}" }`;
  return withPasswords.replace('users: [', `users: [\n    ${everybody}\n`);
}

describe.skipIf(!hasNatsServer())('users of a team', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-team-'));
  const world = new HubWorld(new NatsServer({ lines: [users()], store: path.join(folder, 'store') }));
  const everything: string[] = [];
  let all: NatsConnection;
  let hub: TestDaemon;
  let laptop: TestDaemon;
  let desk: TestDaemon;
  let client: Client;

  const login = (user: User): { user: string; pass: string } => ({ user, pass: PASSWORDS[user] });
  const as = (user: string, password: string): Partial<BrokerConfig> => {
    const passwordFile = path.join(folder, user);
    fs.writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
    return { url: world.server.url.replace('//', `//${user}@`), passwordFile };
  };
  const approvals = { waitMs: 120_000, rules: [] };
  beforeAll(async () => {
    await world.server.start();
    all = await connectNats({ servers: world.server.url, ...login('all') });
    all.subscribe('>', {
      callback: (_, message) => void everything.push(`${message.subject} ${message.string()}`),
    });
    await all.flush();
    hub = await world.hub('hub', as('hub', PASSWORDS.hub));
    await until('its streams are made', async () => {
      const names: string[] = [];
      for await (const { config } of (await jetstreamManager(all)).streams.list()) names.push(config.name);
      return names.length === 4;
    });
    laptop = await world.node(
      'laptop',
      { ...as('laptop', PASSWORDS.laptop), approvals: true },
      { config: { approvals } },
    );
    desk = await world.node('desk', as('desk', PASSWORDS.desk));
    client = await connect(hub);
    await client.ask({ type: 'subscribe', topics: ['permission.*'] });
  });
  afterAll(async () => {
    client?.close();
    await all?.close();
    await world.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  /** What the laptop holds for the hub. */
  const held = async (sessionId: string): Promise<{ requestId: string; decision: Promise<unknown> }> =>
    until('it is held', async () => {
      const asking = asks(laptop, { session_id: sessionId });
      let isOver = false;
      void asking.decision.then(() => {
        isOver = true;
      });
      const found = await until('it is held or let go', async () => {
        const one = (await listed(laptop)).find(request => request.sessionId === sessionId);
        return one ?? (isOver ? 'not' : undefined);
      });
      return found === 'not' ? undefined : { requestId: found.requestId, decision: asking.decision };
    });

  it('everything works with the rights of the page', async () => {
    await laptop.hook('SessionStart', { session_id: 's-laptop', cwd: '/w', source: 'startup' });
    await desk.hook('SessionStart', { session_id: 's-desk', cwd: '/w', source: 'startup' });
    await until('both are shown', async () => {
      const { nodes } = await ask<{ nodes: NodeState[] }>(hub, 'GET', '/api/nodes');
      return nodes.filter(({ state, sessions }) => state === 'online' && sessions === 1).length === 2;
    });
    const { id } = await ask<{ id: string }>(hub, 'POST', '/api/messages', {
      to: 's-desk',
      message: 'Hello',
    });
    const taken = await until('it is there', async () => {
      const { messages } = await ask<{ messages: { id: string }[] }>(
        ...([desk, 'POST', '/api/inbox/s-desk/take', { waitMs: 1000 }] as const),
      );
      return messages[0];
    });
    await ask(desk, 'POST', `/api/messages/${taken.id}/ack`, { name: 's-desk' });
    await until('it is known here', async () => {
      const { state } = await ask<{ state: string }>(hub, 'GET', `/api/messages/${id}`);
      return state === 'delivered';
    });
    const { requestId, decision } = await held('asks');
    await until('it is answered', async () => {
      const { status } = await answers(hub, requestId, { behavior: 'allow' });
      return status === 200;
    });
    expect(await decision).toEqual({ behavior: 'allow' });
    for (const one of [hub, laptop, desk])
      expect(one.logged.filter(line => /may not|could not|cannot/.test(line))).toEqual([]);
  });

  it('a hub whose user may not ask shows everything, and answers nothing', async () => {
    const onlooker = await world.hub('onlooker', as('onlooker', PASSWORDS.hub));
    const there = await connect(onlooker);
    await there.ask({ type: 'subscribe', topics: ['permission.*'] });
    const { requestId, decision } = await held('asks-2');
    const isTold = (frame: { type?: unknown }): boolean => JSON.stringify(frame).includes(requestId);
    await there.waitFor(isTold);
    expect(await listed(onlooker)).toEqual([]);
    expect((await answers(onlooker, requestId, { behavior: 'allow' })).status).toBe(404);
    const { status } = await until('the hub has it', async () => {
      const said = await answers(hub, requestId, { behavior: 'deny' });
      return said.status === 404 ? undefined : said;
    });
    expect(status).toBe(200);
    expect(await decision).toMatchObject({ behavior: 'deny' });
    there.close();
    await onlooker.stop();
  });

  it.each([
    ['tell events as another one', 'hookline.events.laptop.s.tool_use', '{}'],
    ['tell its state', '$KV.hookline_nodes.laptop', '{"online":false}'],
    ['ask it', 'hookline.ask.laptop', '{"ask":"approvals","hub":"hub"}'],
    ['say that somebody is at a hub', 'hookline.hubs', '{"hub":"x","listening":"by name"}'],
    ['read the stream of all', '$JS.API.CONSUMER.CREATE.HOOKLINE.mine', '{}'],
    ['make a stream', '$JS.API.STREAM.CREATE.MINE', '{}'],
    ['delete one', '$JS.API.STREAM.DELETE.HOOKLINE', ''],
  ])('a machine may not %s', async (_, subject, body) => {
    const refused = connectNats({ servers: world.server.url, ...login('desk'), inboxPrefix: '_INBOX.desk' });
    const connection = await refused;
    const words = (async () => {
      for await (const status of connection.status()) {
        if (status.type === 'error') return String(status.error.message);
      }
      return '';
    })();
    connection.publish(subject, body);
    await connection.flush();
    expect(await words).toMatch(/permissions violation for publish/i);
    await connection.close();
  });

  it.each(['hookline.ask.laptop', '_INBOX.hub.>', '_INBOX.>', 'hookline.events.>', '>'])(
    'a machine may not listen at %s',
    async subject => {
      const connection = await connectNats({ servers: world.server.url, ...login('desk') });
      const refused = new Promise(resolve => {
        connection.subscribe(subject, { callback: resolve });
      });
      await connection.flush();
      expect(String(await refused)).toMatch(/permissions violation for subscription/i);
      await connection.close();
    },
  );

  it('a machine that has the server deliver its words to another one is not heard', async () => {
    const { requestId, decision } = await held('asks-3');
    const connection = await connectNats({
      ...{ servers: world.server.url, inboxPrefix: '_INBOX.desk' },
      ...login('desk'),
    });
    const forged = { ask: 'answer', hub: 'hub', requestId, answer: { behavior: 'allow' }, by: 'me' };
    connection.publish('$KV.hookline_nodes.desk.forged', JSON.stringify(forged));
    const manager = await jetstreamManager(connection, { checkAPI: false });
    await manager.consumers.add('KV_hookline_nodes', {
      ...{ name: 'forger', deliver_subject: 'hookline.ask.laptop' },
      filter_subject: '$KV.hookline_nodes.desk.forged',
    });
    // Once as it was published, and once as the server delivers it, under the same subject.
    await until('it was delivered', () => everything.filter(line => line.includes('"by":"me"')).length >= 2);
    await connection.close();
    const said = await until('the hub has it', async () => {
      const one = await answers(hub, requestId, { behavior: 'deny' });
      return one.status === 404 ? undefined : one;
    });
    expect(said.status).toBe(200);
    expect(await decision).toMatchObject({ behavior: 'deny' });
  });

  it('nothing that passed at the server, or is kept there, has a token of a machine or of the hub', async () => {
    // Somebody shows them to a session.
    await laptop.hook('UserPromptSubmit', {
      session_id: 's-laptop',
      prompt: `use ${laptop.token} and ${laptop.hookToken}, please`,
    });
    await until('it is told', async () => {
      const { events } = await ask<{ events: EventEnvelope[] }>(
        ...([hub, 'GET', '/api/events?topics=prompt.submitted'] as const),
      );
      return events.length > 0;
    });
    const passed = everything.join('\n');
    expect(passed).toContain('please');
    const secrets = [hub, laptop, desk].flatMap(({ token, hookToken }) => [token, hookToken]);
    for (const secret of [...secrets, ...Object.values(PASSWORDS)]) expect(passed).not.toContain(secret);
    const kept = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const files = kept
      .filter(name => name.startsWith('store/'))
      .map(name => path.join(folder, name))
      .filter(name => fs.statSync(name).isFile());
    expect(files.some(name => fs.readFileSync(name).includes('please'))).toBe(true);
    for (const name of files)
      for (const secret of secrets) expect(fs.readFileSync(name).includes(secret), name).toBe(false);
  });
});
