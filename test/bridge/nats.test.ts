// NATS with JetStream against a real server.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AckPolicy, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import { connect, headers, type NatsConnection, nkeys } from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Arrival, ConnectOptions, Link, OutgoingEvent, WireReceipt } from '../../src/bridge/driver.ts';
import { nats } from '../../src/bridge/nats/driver.ts';
import { BadNetwork } from '../support/bad-network.ts';
import { findBroker, unique } from '../support/brokers.ts';
import { hasNatsServer, NatsServer } from '../support/nats-server.ts';
import { chance } from '../support/random.ts';
import { until } from '../support/until.ts';
import { testBridge } from './bridge-conformance.ts';
import { type Peer, testDriver } from './conformance.ts';

const url = await findBroker('nats');

/** A program that knows NATS, and nothing of hookline but its subjects. */
async function openPeer(): Promise<Peer> {
  const connection = await connect({ servers: url ?? '' });
  const manager = await jetstreamManager(connection);
  const watched = new Set<string>();
  const names = new Set<string>();
  return {
    watch: async node => {
      const seen: { id: string; body: string }[] = [];
      watched.add(`hookline.events.${node}.>`);
      connection.subscribe(`hookline.events.${node}.>`, {
        callback: (_, message) => {
          seen.push({ id: message.headers?.get('Nats-Msg-Id') ?? '', body: message.string() });
        },
      });
      await connection.flush();
      return () => seen;
    },
    put: async (name, raw) => {
      connection.publish(`hookline.in.${name}`, raw);
      await connection.flush();
    },
    waiting: async name => {
      names.add(name);
      return waitingAt(manager, `hookline.in.${name}`);
    },
    close: async () => {
      for (const filter of watched) await manager.streams.purge('HOOKLINE', { filter });
      for (const name of names)
        await manager.consumers.delete('HOOKLINE_IN', `hookline_${name}`).catch(() => {});
      await connection.close();
    },
  };
}

async function waitingAt(manager: JetStreamManager, subject: string): Promise<number> {
  const { state } = await manager.streams.info('HOOKLINE_IN', { subjects_filter: subject });
  return state.subjects?.[subject] ?? 0;
}

const closers: (() => Promise<unknown>)[] = [];

interface Open {
  readonly link: Link;
  readonly arrivals: Arrival[];
  readonly receipts: WireReceipt[];
}

async function open(server: string, options: Partial<ConnectOptions> = {}): Promise<Open> {
  const arrivals: Arrival[] = [];
  const receipts: WireReceipt[] = [];
  const link = await nats.connect({
    url: new URL(server),
    node: unique('node-'),
    patterns: [],
    signal: new AbortController().signal,
    take: async arrival => void arrivals.push(arrival),
    hear: receipt => receipts.push(receipt),
    ...options,
  });
  closers.push(() => link.close());
  return { link, arrivals, receipts };
}

async function outside(server: string): Promise<{ connection: NatsConnection; manager: JetStreamManager }> {
  const connection = await connect({ servers: server });
  closers.push(() => connection.close());
  return { connection, manager: await jetstreamManager(connection) };
}

const textOf = ({ message }: Arrival): string | undefined =>
  'malformed' in message ? `malformed: ${message.malformed}` : message.message;

const events = (node: string, count: number, bodyOf = (n: number) => `{"seq":${n}}`): OutgoingEvent[] =>
  Array.from({ length: count }, (_, at) => ({
    ...{ id: `${node}:epoch:${at + 1}`, sessionId: 'one', type: 'tool.started', timestamp: at },
    body: bodyOf(at + 1),
  }));

/** Ids of the events of a node, as the stream has them. */
async function storedIds(connection: NatsConnection, node: string, count: number): Promise<string[]> {
  const manager = await jetstreamManager(connection);
  const { name } = await manager.consumers.add('HOOKLINE', {
    ...{ name: unique('test-'), filter_subject: `hookline.events.${node}.>` },
    ack_policy: AckPolicy.None,
  });
  const consumer = await jetstream(connection).consumers.get('HOOKLINE', name);
  const ids: string[] = [];
  const messages = await consumer.consume();
  for await (const message of messages) {
    ids.push(message.headers?.get('Nats-Msg-Id') ?? '');
    if (ids.length === count && message.info.pending === 0) break;
  }
  return ids;
}

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

describe.skipIf(url === undefined)('a driver for', () => {
  const slow: { bucket?: KV; node?: string; name?: string; tries: number } = { tries: 0 };
  const slowClosers: (() => Promise<unknown>)[] = [];

  /** What takes a minute goes on while the other tests run. */
  beforeAll(async () => {
    const server = url ?? '';
    const { connection } = await outside(server);
    slow.bucket = await new Kvm(jetstream(connection)).open('hookline_nodes');
    const network = await new BadNetwork(chance(1)).start();
    network.slicing = 0;
    network.target = Number(new URL(server).port);
    const through = `nats://127.0.0.1:${network.port}`;
    slow.node = unique('node-');
    const { link: dying } = await open(through, { node: slow.node });
    await dying.board?.announce({ online: true, epoch: 'e', seq: 7, version: '1' });
    const shown = (await slow.bucket.get(slow.node))?.json<{ until: number }>();
    expect(shown).toMatchObject({ online: true, epoch: 'e', seq: 7, version: '1' });
    expect(shown?.until).toBeLessThanOrEqual(Date.now() + 60_000);
    network.target = undefined;
    network.reset(1);

    slow.name = unique('name');
    const { link } = await open(server, {
      take: () => {
        slow.tries++;
        return new Promise(() => {});
      },
    });
    await link.consume([slow.name]);
    await link.send(slow.name, { id: 'id-1', from: 'ci', message: 'think' });
    await until('it is being taken', () => slow.tries === 1);
    slowClosers.push(...closers.splice(0), () => network.stop());
  });

  afterAll(async () => {
    for (const close of slowClosers.reverse()) await close();
    const connection = await connect({ servers: url ?? '' });
    const manager = await jetstreamManager(connection);
    await manager.streams.purge('HOOKLINE_IN', { filter: `hookline.in.${slow.name}` });
    await connection.close();
  });

  testDriver('NATS', { driver: nats, url: url ?? '', openPeer });

  describe('NATS', () => {
    const server = url ?? '';

    it('keeps an event that was sent twice once', async () => {
      const node = unique('node-');
      const { link } = await open(server, { node });
      await link.publish(events(node, 20));
      await link.publish(events(node, 30));
      const { connection } = await outside(server);
      expect(await storedIds(connection, node, 30)).toEqual(events(node, 30).map(({ id }) => id));
    });

    it('keeps the order of each node, also when several publish at once', async () => {
      const nodes = [unique('node-'), unique('node-'), unique('node-')];
      const links = await Promise.all(nodes.map(node => open(server, { node })));
      await Promise.all(links.map(({ link }, at) => link.publish(events(nodes[at] ?? '', 500))));
      const { connection } = await outside(server);
      for (const node of nodes)
        expect(await storedIds(connection, node, 500)).toEqual(events(node, 500).map(({ id }) => id));
    });

    it('takes a plain text of a stranger as the message, and what its headers say', async () => {
      const to = unique('name');
      const { link, arrivals } = await open(server);
      await link.consume([to]);
      const { connection } = await outside(server);
      connection.publish(`hookline.in.${to}`, 'just "text", 5 > 4');
      const said = headers();
      for (const [name, value] of Object.entries({
        ...{ 'Hookline-From': 'ci', 'Hookline-Reply-To': 'ops', 'Hookline-Priority': 'high' },
        ...{ 'Hookline-Correlation-Id': 'talk-1', 'Hookline-TTL-Ms': '60000', 'Nats-Msg-Id': unique('id-') },
      }))
        said.set(name, value);
      connection.publish(`hookline.in.${to}`, 'with headers', { headers: said });
      connection.publish(`hookline.in.${to}`, '');
      await until('all came', () => arrivals.length === 3);
      expect(arrivals.map(textOf)).toEqual(['just "text", 5 > 4', 'with headers', 'malformed: it is empty']);
      expect(arrivals[0]?.message).toMatchObject({ id: expect.stringContaining('HOOKLINE_IN:') });
      expect(arrivals[1]?.message).toMatchObject({
        ...{ id: said.get('Nats-Msg-Id'), from: 'ci', replyTo: 'ops', priority: 'high' },
        correlationId: 'talk-1',
      });
    });

    it('hands a message out to one of those who share a name, in order over all of them', async () => {
      const to = `${unique('name')}.with-dots`;
      const seen: (string | undefined)[] = [];
      const take = async (arrival: Arrival): Promise<void> => void seen.push(textOf(arrival));
      const [one, other] = [await open(server, { take }), await open(server, { take })];
      await one.link.consume([to]);
      await other.link.consume([to]);
      const texts = Array.from({ length: 100 }, (_, n) => `message ${n}`);
      for (const [n, message] of texts.entries())
        await one.link.send(to, { id: `id-${n}`, from: 'ci', message });
      await until('all came', () => seen.length >= texts.length);
      const { manager } = await outside(server);
      await until('nothing waits', async () => (await waitingAt(manager, `hookline.in.${to}`)) === 0);
      expect(seen).toEqual(texts);
    });

    it('gives back at once what was not taken when a hookline goes', async () => {
      const to = unique('name');
      const begun: Arrival[] = [];
      const going = await open(server, {
        take: arrival => {
          begun.push(arrival);
          return new Promise(() => {});
        },
      });
      await going.link.consume([to]);
      await going.link.send(to, { id: 'id-1', from: 'ci', message: 'for the next one' });
      await until('it came', () => begun.length === 1);
      await going.link.close();
      const { link, arrivals } = await open(server);
      await link.consume([to]);
      await until('it came again', () => arrivals.length === 1, 15_000);
      expect(arrivals.map(textOf)).toEqual(['for the next one']);
    });

    it('does not hand over what has expired, and says so to its sender', async () => {
      const to = unique('name');
      const node = unique('node-');
      const { link: sender, receipts } = await open(server, { node });
      await sender.send(to, { id: 'id-late', from: 'ci', message: 'too late', ttlMs: 1, node });
      await sender.send(to, { id: 'id-2', from: 'ci', message: 'in time', ttlMs: 60_000, node });
      const { link, arrivals } = await open(server);
      await link.consume([to]);
      await until('the other came', () => arrivals.length > 0);
      expect(arrivals.map(textOf)).toEqual(['in time']);
      await until('the sender knows', () => receipts.length === 1);
      expect(receipts).toEqual([{ id: 'id-late', state: 'expired' }]);
    });

    it('takes what a pattern catches from the stream that holds it, also what came while nobody was there', async () => {
      const root = unique('plant');
      const node = unique('node-');
      const { connection, manager } = await outside(server);
      await manager.streams.add({ name: root, subjects: [`${root}.>`] });
      closers.push(() => manager.streams.delete(root));
      const options = { node, patterns: [`${root}.*.alarm`] };
      const first = await open(server, options);
      connection.publish(`${root}.press.alarm`, 'hot');
      connection.publish(`${root}.press.status`, 'fine');
      await until('it came', () => first.arrivals.length === 1);
      await first.link.close();
      connection.publish(`${root}.oven.alarm`, 'cold');
      await connection.flush();
      const { arrivals } = await open(server, options);
      await until('the other came', () => arrivals.length === 1);
      const [pattern] = options.patterns;
      expect([...first.arrivals, ...arrivals]).toMatchObject([
        {
          name: pattern,
          raw: 'hot',
          message: { message: 'hot', metadata: { topic: `${root}.press.alarm` } },
        },
        {
          name: pattern,
          raw: 'cold',
          message: { message: 'cold', metadata: { topic: `${root}.oven.alarm` } },
        },
      ]);
    });

    it('takes what no stream holds as it flies by', async () => {
      const root = unique('plant');
      const { arrivals } = await open(server, { patterns: [`${root}.>`] });
      const { connection } = await outside(server);
      connection.publish(`${root}.press.alarm`, 'hot');
      await until('it came', () => arrivals.length === 1);
      expect(arrivals).toMatchObject([
        { name: `${root}.>`, message: { message: 'hot', metadata: { topic: `${root}.press.alarm` } } },
      ]);
    });

    it('shows how a hookline and its sessions stand, and that it went', async () => {
      const node = unique('node-');
      const { link } = await open(server, { node });
      await link.board?.announce({ online: true, epoch: 'e', seq: 1, version: '1' });
      await link.board?.announceSession('s-1', '{"sessionId":"s-1"}');
      await link.board?.announceSession('s-2', '{"sessionId":"s-2"}');
      await link.board?.announceSession('s-1', undefined);
      expect(await link.board?.announcedSessions()).toEqual(['s-2']);
      expect((await slow.bucket?.get(`${node}.sessions.s-2`))?.json()).toEqual({ sessionId: 's-2' });
      await link.close();
      expect((await slow.bucket?.get(node))?.json()).toEqual({ online: false });
    });

    it('shows nothing of a hookline that was cut off, within a minute', async () => {
      const { bucket, node = '' } = slow;
      await until('it is gone', async () => (await bucket?.get(node)) === null, 75_000);
    }, 80_000);

    it('does not hand out again what is being taken, however long that takes', async () => {
      const { manager } = await outside(server);
      const { num_redelivered, num_ack_pending } = await manager.consumers.info(
        'HOOKLINE_IN',
        `hookline_${slow.name}`,
      );
      expect({ num_redelivered, num_ack_pending, tries: slow.tries }).toEqual({
        ...{ num_redelivered: 0, num_ack_pending: 1, tries: 1 },
      });
    });
  });
});

describe.skipIf(url === undefined)('a bridge over NATS:', () => {
  testBridge('NATS', {
    ...{ kind: 'nats', url: url ?? '', openPeer },
    foreign: ({ id, from, to, text }) => JSON.stringify({ id, from, to, message: text }),
  });
});

/** A certificate that is its own authority. @param name whose it is, such as `IP:127.0.0.1` */
function makeCertificate(name: string): { folder: string; cert: string; key: string } {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-tls-'));
  const [cert, key] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')];
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=hookline'],
    ...['-addext', `subjectAltName=${name}`, '-keyout', key, '-out', cert],
  ]);
  expect(made.status).toBe(0);
  return { folder, cert, key };
}

/** Claims of NATS, as an operator or an account signs them. */
function jwt(signer: ReturnType<typeof nkeys.createUser>, subject: typeof signer, claims: object): string {
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const body = `${encode({ typ: 'JWT', alg: 'ed25519-nkey' })}.${encode({
    ...{ jti: unique('jti-'), iat: 1_700_000_000, name: 'hookline', nats: claims },
    ...{ iss: signer.getPublicKey(), sub: subject.getPublicKey() },
  })}`;
  return `${body}.${Buffer.from(signer.sign(Buffer.from(body))).toString('base64url')}`;
}

describe.skipIf(!hasNatsServer())('a NATS server of its own', () => {
  async function start(...flags: string[]): Promise<NatsServer> {
    const server = await new NatsServer(...flags).start();
    closers.push(() => server.remove());
    return server;
  }

  const failure = (server: string, options: Partial<ConnectOptions> = {}): Promise<string> =>
    open(server, options).then(
      () => 'it worked',
      (error: Error) => error.message,
    );

  it('that is killed and started again has kept everything', async () => {
    const server = await start();
    const node = unique('node-');
    const to = unique('name');
    const { link } = await open(server.url, { node });
    await link.publish(events(node, 100));
    await link.send(to, { id: 'id-1', from: 'ci', message: 'before' });
    await link.tell(node, { id: 'id-9', state: 'delivered' });
    await server.kill();
    expect(await link.lost).toMatch(/\S/);
    await expect(link.publish(events(node, 1))).rejects.toThrow();
    await server.start();
    const again = await open(server.url, { node });
    await again.link.consume([to]);
    await again.link.publish(events(node, 120));
    await again.link.send(to, { id: 'id-2', from: 'ci', message: 'after' });
    await until('both came', () => again.arrivals.length === 2);
    expect(again.arrivals.map(textOf)).toEqual(['before', 'after']);
    const { connection } = await outside(server.url);
    expect(await storedIds(connection, node, 120)).toEqual(events(node, 120).map(({ id }) => id));
  }, 30_000);

  it('that wants a password, or a token, gets it; and a wrong one is told in words without it', async () => {
    const { url: withUser } = await start('--user', 'plant', '--pass', 'pa55w0rd');
    const as = (secret: string): string => withUser.replace('//', `//${secret}@`);
    expect(await failure(as('plant:pa55w0rd'))).toBe('it worked');
    expect(await failure(as('plant:other'), { password: 'pa55w0rd' })).toBe('it worked');
    for (const [at, password] of [
      [as('plant:wr0ng'), undefined],
      [as('plant'), 'wr0ng'],
      [withUser, undefined],
    ] as const) {
      const words = await failure(at, { password });
      expect(words).toContain('it refuses who this is');
      expect(words).not.toContain('wr0ng');
    }
    const { url: withToken } = await start('--auth', 't0ken');
    expect(await failure(withToken.replace('//', '//t0ken@'))).toBe('it worked');
    expect(await failure(withToken, { password: 't0ken' })).toBe('it worked');
    expect(await failure(withToken, { password: 'wr0ng' })).toContain('it refuses who this is');
  }, 30_000);

  it('that speaks TLS is believed only with a certificate for its address', async () => {
    const { folder, cert, key } = makeCertificate('IP:127.0.0.1');
    const other = makeCertificate('DNS:localhost');
    closers.push(async () => {
      for (const made of [folder, other.folder]) fs.rmSync(made, { recursive: true });
    });
    const { url: at } = await start('--tls', '--tlscert', cert, '--tlskey', key);
    const secure = at.replace('nats:', 'tls:');
    const ca = fs.readFileSync(cert, 'utf8');
    expect(await failure(secure, { ca })).toBe('it worked');
    expect(await failure(at, { ca })).toBe('it worked');
    expect(await failure(secure)).toMatch(/^127\.0\.0\.1:\d+: .*certificate/);
    const { url: elsewhere } = await start('--tls', '--tlscert', other.cert, '--tlskey', other.key);
    const words = await failure(elsewhere, { ca: fs.readFileSync(other.cert, 'utf8') });
    expect(words).toMatch(/does not match certificate/);
    const { url: plain } = await start();
    expect(await failure(plain.replace('nats:', 'tls:'))).toMatch(/does not support 'tls'/);
  }, 30_000);

  it('that knows users by credentials takes a file of them in place of a password', async () => {
    const [operator, system] = [nkeys.createOperator(), nkeys.createAccount()];
    const [account, user] = [nkeys.createAccount(), nkeys.createUser()];
    const all = { subs: -1, data: -1, payload: -1 };
    const connected = { ...all, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
    const limits = { ...connected, mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-creds-'));
    closers.push(async () => fs.rmSync(folder, { recursive: true }));
    const settings = path.join(folder, 'server.conf');
    fs.writeFileSync(
      settings,
      `operator: ${jwt(operator, operator, { type: 'operator', version: 2 })}
system_account: ${system.getPublicKey()}
resolver: MEMORY
resolver_preload: {
  ${system.getPublicKey()}: ${jwt(operator, system, { type: 'account', version: 2, limits: connected })}
  ${account.getPublicKey()}: ${jwt(operator, account, { type: 'account', version: 2, limits })}
}
`,
    );
    const seed = new TextDecoder().decode(user.getSeed());
    const password = `-----BEGIN NATS USER JWT-----
${jwt(account, user, { type: 'user', version: 2, ...all })}
------END NATS USER JWT------

-----BEGIN USER NKEY SEED-----
${seed}
------END USER NKEY SEED------
`;
    const { url: at } = await start('-c', settings);
    expect(await failure(at, { password })).toBe('it worked');
    expect(await failure(at)).toContain('it refuses who this is');
  }, 30_000);

  it('that refuses an event in the middle gets none of those after it, and all of them later, in order', async () => {
    const { url: at } = await start();
    const { connection, manager } = await outside(at);
    await manager.streams.add({ name: 'HOOKLINE', subjects: ['hookline.events.>'], max_msg_size: 1000 });
    const node = unique('node-');
    const sent = events(node, 20, n => `{"seq":${n},"text":"${'x'.repeat(n === 11 ? 2000 : 10)}"}`);
    const { link } = await open(at, { node });
    await expect(link.publish(sent)).rejects.toThrow(/was not confirmed: .*size/);
    expect((await manager.streams.info('HOOKLINE')).state.messages).toBe(10);
    await manager.streams.update('HOOKLINE', { max_msg_size: 10_000 });
    await link.publish(sent);
    expect(await storedIds(connection, node, 20)).toEqual(sent.map(({ id }) => id));
  }, 30_000);

  it('whose streams are there with another configuration is used as it is', async () => {
    const { url: at } = await start();
    const { manager } = await outside(at);
    await manager.streams.add({ name: 'HOOKLINE', subjects: ['hookline.>'], max_msgs: 50 });
    expect(await failure(at)).toMatch(/HOOKLINE_RECEIPTS cannot be made: .*overlap.*Make it yourself/);
    await manager.streams.update('HOOKLINE', { subjects: ['hookline.events.>'] });
    await manager.streams.add({
      name: 'HOOKLINE_IN',
      subjects: ['hookline.in.>'],
      max_msgs: 2,
      discard: 'new' as never,
    });
    const node = unique('node-');
    const to = unique('name');
    const { link, arrivals } = await open(at, { node });
    await link.publish(events(node, 80));
    expect((await manager.streams.info('HOOKLINE')).config).toMatchObject({ max_msgs: 50 });
    for (const n of [1, 2]) await link.send(to, { id: `id-${n}`, from: 'ci', message: `message ${n}` });
    await expect(link.send(to, { id: 'id-3', from: 'ci', message: 'message 3' })).rejects.toThrow(
      `hookline.in.${to} was not confirmed: maximum messages exceeded`,
    );
    await link.consume([to]);
    await until('both came', () => arrivals.length === 2);
  }, 30_000);

  it('whose stream is taken away gets it again', async () => {
    const { url: at } = await start();
    const { manager } = await outside(at);
    const node = unique('node-');
    const to = unique('name');
    const { link } = await open(at, { node });
    await link.publish(events(node, 1));
    await manager.streams.delete('HOOKLINE');
    await expect(link.publish(events(node, 2))).rejects.toThrow(/nobody there takes it/);
    await link.publish(events(node, 2));
    await link.consume([to]);
    await manager.streams.delete('HOOKLINE_IN');
    expect(await link.lost).toMatch(/HOOKLINE_IN/);
  }, 60_000);
});
