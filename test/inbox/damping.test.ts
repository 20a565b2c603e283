// Sessions and machines are kept from flooding others: how fast they may write, what they repeat, and when two go in circles.
import { describe, expect, it } from 'vitest';
import type { InboxOptions, Origin } from '../../src/inbox/index.ts';
import type { Sent } from '../../src/protocol/index.ts';
import { given, type Lab, makeLab, newMessage, toldOf, typed } from './support.ts';

const mcp = { via: 'mcp', verified: false } as const;
const cli = { via: 'cli', verified: true } as const;
const webhook = { via: 'webhook', verified: true } as const;

/** Two sessions that live. */
function twoSessions(options: Partial<InboxOptions> & { readonly isHeldBack?: boolean } = {}): Lab {
  const lab = makeLab(options);
  lab.sessions.set('backend', 's1').set('frontend', 's2');
  return lab;
}

let count = 0;
/** A text that nobody sent before, unless the fields have one. */
const send = (lab: Lab, fields: object = {}, origin: Origin = mcp): Promise<Sent> =>
  lab.inbox.send(
    newMessage({ from: 'backend', to: 'frontend', message: `text ${count++}`, ...fields }),
    origin,
  );
const refusalOf = (sent: Promise<Sent>): Promise<unknown> =>
  sent.then(
    () => undefined,
    ({ code, message, retryAfterMs }) => ({ code, message, retryAfterMs }),
  );
const refused = { code: 'rate_limited' };

/** Messages between the two, in turns, as slowly as they may be sent. */
async function exchange(lab: Lab, messages: number): Promise<Sent[]> {
  const all: Sent[] = [];
  for (let n = 0; n < messages; n++) {
    lab.ahead += 1000;
    all.push(await send(lab, n % 2 === 0 ? {} : { from: 'frontend', to: 'backend' }));
  }
  return all;
}

describe('how fast', () => {
  it('a session may send another one ten messages in ten seconds, by whichever of its names', async () => {
    const lab = twoSessions();
    for (let n = 0; n < 10; n++) await send(lab, { from: n % 2 === 0 ? 'backend' : 's1' });
    lab.ahead += 3500;
    expect(await refusalOf(send(lab, { to: 's2' }))).toEqual({
      ...refused,
      message: 'backend sent s2 10 messages within 10 s; send it again in 7 s',
      retryAfterMs: 6500,
    });
    // Others are none of it, nor is the answer.
    await send(lab, { to: 'deployer' });
    await send(lab, { from: 'frontend', to: 'backend' });
    // The clock on the wall may go where it likes.
    lab.now += 3600_000;
    lab.ahead -= 3600_000;
    expect(await refusalOf(send(lab))).toMatchObject(refused);
    lab.ahead += 6500;
    await expect(send(lab)).resolves.toMatchObject({ duplicate: false });
  });

  it('and sixty a minute to whomever', async () => {
    const lab = twoSessions();
    for (let n = 0; n < 60; n++) await send(lab, { to: `name${n}` });
    lab.ahead += 59_000;
    expect(await refusalOf(send(lab, { to: 'another' }))).toEqual({
      ...refused,
      message: 'backend sent 60 messages within 60 s; send it again in 1 s',
      retryAfterMs: 1000,
    });
    lab.ahead += 1000;
    await send(lab, { to: 'another' });
  });

  it('what is refused does not count, so that whoever asks on and on may go on in time', async () => {
    const lab = twoSessions();
    for (let n = 0; n < 10; n++) await send(lab);
    for (let n = 0; n < 99; n++) {
      lab.ahead += 100;
      expect(await refusalOf(send(lab))).toMatchObject(refused);
    }
    lab.ahead += 100;
    await send(lab);
  });

  it('a webhook the same, also one that is called like a session', async () => {
    const lab = twoSessions();
    for (let n = 0; n < 10; n++) await send(lab, {}, webhook);
    expect(await refusalOf(send(lab, {}, webhook))).toMatchObject(refused);
    await send(lab);
  });

  it.each(['cli', 'http', 'ws', 'unix', 'fifo'] as const)(
    'the user’s own programs as they like (%s), unless they write as a session that lives',
    async via => {
      const lab = twoSessions();
      const origin = { via, verified: true };
      for (let n = 0; n < 100; n++) await send(lab, { from: 'ci', message: 'the same' }, origin);
      for (let n = 0; n < 10; n++) await send(lab, {}, origin);
      expect(await refusalOf(send(lab, {}, origin))).toMatchObject(refused);
      lab.sessions.delete('backend');
      await send(lab, {}, origin);
    },
  );

  it('a restart begins anew', async () => {
    const lab = twoSessions();
    for (let n = 0; n < 10; n++) await send(lab);
    lab.crash();
    await send(lab);
  });
});

describe('the same text', () => {
  const same = { message: 'Seen, thanks.' };

  it('of a session to another one within half a minute is sent once', async () => {
    const lab = twoSessions({ isHeldBack: true });
    const both = [send(lab, same), send(lab, { ...same, to: 's2' })];
    lab.flush();
    const [first, second] = await Promise.all(both);
    expect(second).toEqual({ ...first, duplicate: true });
    const later = async (fields: object): Promise<boolean> => {
      const sent = send(lab, { ...same, ...fields });
      lab.flush();
      return (await sent).duplicate;
    };
    lab.ahead += 29_999;
    expect(await later({})).toBe(true);
    expect(await later({ from: 'frontend', to: 'backend' })).toBe(false);
    expect(await later({ files: ['/tmp/a'] })).toBe(false);
    // Under a key of its own it is meant.
    expect(await later({ key: 'k1' })).toBe(false);
    expect(await later({ key: 'k1' })).toBe(true);
    lab.ahead += 30_000;
    expect(await later({})).toBe(false);
  });

  it('is sent again when the first was taken back, or is for no session, or from none', async () => {
    const lab = twoSessions();
    const { id } = await send(lab, same);
    await lab.inbox.cancel(id);
    expect((await send(lab, same)).duplicate).toBe(false);
    for (const fields of [{ to: 'deployer' }, { from: 'ci' }])
      for (let n = 0; n < 2; n++)
        expect((await send(lab, { ...same, ...fields }, cli)).duplicate).toBe(false);
  });

  it('is sent again when the first never got on record', async () => {
    let fails = true;
    const lab = twoSessions({
      commit: async () => {
        if (fails) throw new Error('the disk is full');
      },
    });
    await expect(send(lab, same)).rejects.toThrow('the disk is full');
    fails = false;
    expect((await send(lab, same)).duplicate).toBe(false);
  });
});

describe('two sessions that go in circles', () => {
  it('are held after twenty messages, in both directions, and told so', async () => {
    const lab = twoSessions();
    const states = (await exchange(lab, 23)).map(({ state }) => state);
    expect(states).toEqual([...Array(20).fill('queued'), ...Array(3).fill('held')]);
    const held = await send(lab, { message: 'held' });
    expect(held.recipients).toMatchObject([{ name: 'frontend', state: 'held', reason: 'loop', tries: 0 }]);
    expect(toldOf(lab.events).get(held.id)).toEqual(['frontend queued', 'frontend held']);
    expect(lab.events.slice(-2).map(({ data }) => [data['message'], data['reason']])).toEqual([
      ['held', undefined],
      [undefined, 'loop'],
    ]);
    // Neither is it given to anybody who asks, nor does it stand in the way of others.
    expect(await lab.inbox.take('frontend', { max: 100, leaseMs: 1000 })).toHaveLength(10);
    expect(lab.inbox.view.overview().map(({ name, held }) => [name, held])).toEqual([
      ['backend', 1],
      ['frontend', 3],
    ]);
    expect((await send(lab, { to: 'deployer' })).state).toBe('queued');
    expect((await send(lab, { from: 'ci' }, cli)).state).toBe('queued');
  });

  it.each(['s1', 's2'])('may go on when somebody types something in one of them (%s)', async session => {
    const lab = twoSessions();
    const all = await exchange(lab, 22);
    // Nobody typed these.
    for (const prompt of [
      `[hookline message id=${all[0]?.id} from=backend via=mcp unverified]\nhello`,
      '<task-notification>done</task-notification>',
      '<cross-session-message from="uds:/x">hello</cross-session-message>',
    ])
      await lab.inbox.prompted(given(session, prompt));
    await lab.inbox.prompted(typed('s3'));
    expect((await exchange(lab, 1))[0]?.state).toBe('held');
    await lab.inbox.prompted(typed(session));
    expect(toldOf(lab.events).get(all[20]?.id ?? '')).toEqual([
      ...['frontend queued', 'frontend held', 'frontend queued'],
    ]);
    expect(lab.inbox.view.overview().map(({ held }) => held)).toEqual([0, 0]);
    expect((await exchange(lab, 21)).map(({ state }) => state)).toEqual([
      ...Array(20).fill('queued'),
      'held',
    ]);
  });

  it('are known over a restart, with what was typed meanwhile', async () => {
    const lastTyped = new Map<string, number>();
    const lab = twoSessions({
      lastTyped: (sessions, since) => {
        const times = sessions.flatMap(one => lastTyped.get(one) ?? []).filter(at => at >= since);
        return times.length === 0 ? undefined : Math.max(...times);
      },
    });
    await exchange(lab, 15);
    lab.crash();
    expect((await exchange(lab, 6)).map(({ state }) => state)).toEqual([...Array(5).fill('queued'), 'held']);
    lab.now += 1000;
    lastTyped.set('s2', lab.now);
    lab.now += 1000;
    lab.crash();
    expect((await exchange(lab, 21)).map(({ state }) => state)).toEqual([
      ...Array(20).fill('queued'),
      'held',
    ]);
    lab.crash();
    const [held] = await exchange(lab, 1);
    expect(held?.state).toBe('held');
    // What is told late lets go what came before it, and nothing else.
    await lab.inbox.prompted({ ...typed('s2'), at: lab.now - 1 });
    expect(lab.inbox.view.find(held?.id ?? '')?.state).toBe('held');
    await lab.inbox.prompted({ ...typed('s2'), at: lab.now });
    expect(lab.inbox.view.find(held?.id ?? '')?.state).toBe('queued');
  });

  it('are let go by the user, one message or all of them; what a session holds is not', async () => {
    const lab = twoSessions();
    const [one, two] = (await exchange(lab, 23)).slice(20);
    expect(await lab.inbox.release(one?.id ?? '')).toMatchObject({
      state: 'queued',
      recipients: [{ reason: 'released' }],
    });
    await expect(lab.inbox.release(one?.id ?? '')).rejects.toThrow(
      'it cannot be released, for it is not held',
    );
    await expect(lab.inbox.release('nothing')).rejects.toMatchObject({ code: 'not_found' });
    expect(await lab.inbox.releaseAll()).toBe(2);
    expect([await lab.inbox.releaseAll(), lab.inbox.view.find(two?.id ?? '')?.state]).toEqual([0, 'queued']);
    // Nobody typed anything, and so the next one is held again.
    expect((await exchange(lab, 1))[0]?.state).toBe('held');
  });

  it('can be taken back, and end by themselves when their time is up', async () => {
    const lab = twoSessions();
    await exchange(lab, 20);
    const [one, two] = [await send(lab), await send(lab, { ttlMs: 1000 })];
    expect(await lab.inbox.cancel(one.id)).toMatchObject({ state: 'cancelled' });
    lab.now += 1000;
    lab.inbox.view.peek('frontend');
    expect(lab.inbox.view.find(two.id)).toMatchObject({ state: 'expired' });
  });

  it('fill no inbox beyond its measure', async () => {
    const lab = twoSessions({ mostQueued: 22 });
    await exchange(lab, 20);
    for (let n = 0; n < 12; n++) {
      lab.ahead += 1000;
      expect((await send(lab)).state).toBe('held');
    }
    lab.ahead += 1000;
    await expect(send(lab)).rejects.toMatchObject({ code: 'inbox_full' });
  });
});

describe('what is dead from the start', () => {
  it('is kept with its text and why, can be sent again, and is forgotten after 30 days', async () => {
    const lab = makeLab();
    const bury = (fields: object = {}, reason = 'rate_limited') =>
      lab.inbox.bury(newMessage({ to: 'backend', ...fields }), { via: 'fifo', verified: true }, reason);
    const id = (await bury({ message: 'too much' })) ?? '';
    expect(lab.inbox.view.find(id)).toMatchObject({
      ...{ state: 'dead', via: 'fifo', from: 'fifo', message: 'too much' },
      recipients: [{ name: 'backend', state: 'dead', reason: 'rate_limited', tries: 0 }],
    });
    expect(lab.events).toMatchObject([
      { type: 'inbox.dead', data: { messageId: id, message: 'too much', reason: 'rate_limited' } },
    ]);
    expect([lab.inbox.view.peek('backend'), lab.inbox.names]).toEqual([[], []]);
    lab.crash();
    expect(await lab.inbox.retry(id)).toMatchObject({ state: 'queued' });
    const [taken] = await lab.inbox.take('backend', { max: 1, leaseMs: 1000 });
    expect(taken).toMatchObject({ id, message: 'too much' });
    const forgotten = (await bury()) ?? '';
    lab.now += 31 * 24 * 3600_000;
    for (const { run } of lab.inbox.chores) await run();
    expect(lab.inbox.view.find(forgotten)).toBeUndefined();
  });

  it('never went before: what comes again under its key is sent, until the dead letter itself is', async () => {
    const lab = makeLab();
    const message = newMessage({ to: 'backend', from: 'ci', key: 'k' });
    const origin = { via: 'unix', verified: false } as const;
    const id = (await lab.inbox.bury(message, origin, 'inbox_full')) ?? '';
    const sent = await lab.inbox.send(message, origin);
    expect(sent).toMatchObject({ duplicate: false, state: 'queued' });
    expect(await lab.inbox.send(message, origin)).toMatchObject({ id: sent.id, duplicate: true });
    const other = newMessage({ to: 'backend', from: 'ci', key: 'other' });
    const buried = (await lab.inbox.bury(other, origin, 'inbox_full')) ?? '';
    await lab.inbox.retry(buried);
    expect(await lab.inbox.send(other, origin)).toMatchObject({ id: buried, duplicate: true });
    expect(lab.inbox.view.find(id)).toMatchObject({ state: 'dead' });
  });

  it('is not kept where it may not go, could be lost, or is too much', async () => {
    let problem: string | undefined;
    const lab = makeLab({
      mostQueued: 3,
      rules: { refusal: (_, [name]) => (name === 'prod' ? 'no' : undefined) },
      whyNotDurable: () => problem,
    });
    const bury = (to: string) =>
      lab.inbox.bury(newMessage({ to }), { via: 'fifo', verified: true }, 'inbox_full');
    expect(await bury('prod')).toBeUndefined();
    for (let n = 0; n < 3; n++) expect(await bury('backend')).toBeDefined();
    expect(await bury('backend')).toBeUndefined();
    lab.ahead += 3600_000;
    expect(await bury('backend')).toBeDefined();
    problem = 'the disk is full';
    expect(await bury('backend')).toBeUndefined();
  });
});
