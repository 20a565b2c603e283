// What becomes of a message: who gets it, when, and what its sender is told.
import { expect, it, vi } from 'vitest';
import { InboxError } from '../../src/inbox/index.ts';
import { Queues } from '../../src/inbox/queues.ts';
import { type Lab, makeLab, newMessage, toldOf } from './support.ts';

const cli = { via: 'cli', verified: true } as const;
const takeAll = { max: 10, leaseMs: 30_000 };
const texts = (messages: readonly { message?: string | undefined }[]): unknown[] =>
  messages.map(({ message }) => message);
const send = (lab: Lab, message: string, fields: object = {}) =>
  lab.inbox.send(newMessage({ to: 'backend', message, ...fields }), cli);

it('is on record before its sender is told, with an event for each recipient', async () => {
  const lab = makeLab({ isHeldBack: true });
  lab.sessions.set('backend', 'session-1');
  const sent = lab.inbox.send(newMessage({ to: 'backend+frontend', from: 'ci', key: 'k1' }), cli);
  let told = false;
  void sent.then(() => {
    told = true;
  });
  await new Promise(setImmediate);
  expect([told, lab.events]).toEqual([false, []]);
  lab.flush();
  const { id, state, duplicate, recipients } = await sent;
  expect({ state, duplicate }).toEqual({ state: 'queued', duplicate: false });
  expect(recipients.map(({ name }) => name)).toEqual(['backend', 'frontend']);
  expect(lab.events.map(({ type, sessionId }) => [type, sessionId])).toEqual([
    ['inbox.queued', 'session-1'],
    ['inbox.queued', ''],
  ]);
  expect(lab.events[0]?.data).toEqual({
    ...{ messageId: id, from: 'ci', to: 'backend+frontend', name: 'backend', via: 'cli', priority: 'normal' },
    message: 'hello',
  });
  expect(lab.inbox.view.find(id)).toMatchObject({
    id,
    from: 'ci',
    key: 'k1',
    message: 'hello',
    verified: true,
  });
});

it('is handed out by priority, then by age, and counts as delivered when its taker says so', async () => {
  const lab = makeLab();
  await send(lab, 'one', { priority: 'low' });
  await send(lab, 'two');
  await send(lab, 'three');
  await send(lab, 'four', { priority: 'high' });
  expect(texts(lab.inbox.view.peek('backend'))).toEqual(['four', 'two', 'three', 'one']);
  const taken = await lab.inbox.take('backend', { max: 2, leaseMs: 1000 });
  expect(texts(taken)).toEqual(['four', 'two']);
  expect(taken[0]).toMatchObject({ state: 'accepted', recipients: [{ path: 'take', tries: 1 }] });
  const [first] = taken;
  expect(await lab.inbox.ack(first?.id ?? '', 'backend')).toMatchObject({ state: 'delivered' });
  expect(await lab.inbox.ack(first?.id ?? '', 'backend')).toMatchObject({ state: 'delivered' });
  await expect(lab.inbox.ack(first?.id ?? '', 'somebody')).rejects.toMatchObject({ code: 'conflict' });
  expect(lab.inbox.view.overview()).toMatchObject([{ name: 'backend', live: false, queued: 2, accepted: 1 }]);
});

it('waits again when its taker is not heard of, and is dead after five tries, until somebody sends it again', async () => {
  const lab = makeLab();
  const { id } = await send(lab, 'hello');
  for (let turn = 1; turn <= 5; turn++) {
    expect(texts(await lab.inbox.take('backend', takeAll))).toEqual(['hello']);
    expect(await lab.inbox.take('backend', takeAll)).toEqual([]);
    if (turn % 2 === 0) await lab.inbox.nack(id, 'backend', 'not now');
    else lab.now += 30_000;
    lab.inbox.view.peek('backend');
  }
  expect(lab.inbox.view.find(id)).toMatchObject({
    state: 'dead',
    recipients: [{ reason: 'nobody said in time that it arrived, 5 times' }],
  });
  await expect(lab.inbox.ack(id, 'backend')).rejects.toMatchObject({ code: 'conflict' });
  expect(await lab.inbox.retry(id)).toMatchObject({ state: 'queued', recipients: [{ tries: 0 }] });
  await expect(lab.inbox.retry(id)).rejects.toMatchObject({ code: 'conflict' });
  const [again] = await lab.inbox.take('backend', takeAll);
  expect(await lab.inbox.ack(again?.id ?? '', 'backend')).toMatchObject({ id, state: 'delivered' });
});

it('dead letters are forgotten when they are purged, but for one that is being sent again', async () => {
  const lab = makeLab({ isHeldBack: true });
  /** Does it, and puts on record what it waits for. */
  const flushed = async <T>(work: Promise<T>): Promise<T> => {
    lab.flush();
    return work;
  };
  const ids: string[] = [];
  for (const text of ['one', 'two', 'waits']) ids.push((await flushed(send(lab, text, { key: text }))).id);
  const [one = '', two = '', waits = ''] = ids;
  for (let turn = 1; turn <= 5; turn++) {
    await flushed(lab.inbox.take('backend', { max: 2, leaseMs: 30_000 }));
    for (const id of [one, two]) await flushed(lab.inbox.nack(id, 'backend', 'not now'));
  }
  const retried = lab.inbox.retry(two);
  expect(await lab.inbox.purgeDead()).toBe(1);
  expect(await flushed(retried)).toMatchObject({ id: two, state: 'queued' });
  expect(await lab.inbox.purgeDead()).toBe(0);
  expect([one, two, waits].map(id => lab.inbox.view.find(id)?.state)).toEqual([
    undefined,
    'queued',
    'queued',
  ]);
  await expect(lab.inbox.retry(one)).rejects.toMatchObject({ code: 'not_found' });
  lab.crash();
  expect(texts(lab.inbox.view.peek('backend'))).toEqual(['two', 'waits']);
  // What is forgotten was never sent: its key is free.
  expect(await flushed(send(lab, 'one again', { key: 'one' }))).toMatchObject({ duplicate: false });
});

it('is not handed out once its time is up', async () => {
  const lab = makeLab();
  const { id } = await send(lab, 'hello', { ttlMs: 1000 });
  const kept = await send(lab, 'later', { ttlMs: 60_000 });
  lab.now += 1000;
  expect(texts(await lab.inbox.take('backend', takeAll))).toEqual(['later']);
  expect(lab.inbox.view.find(id)).toMatchObject({ state: 'expired' });
  // Nor is one that comes back too late.
  lab.now += 60_000;
  expect(await lab.inbox.take('backend', takeAll)).toEqual([]);
  expect(toldOf(lab.events).get(kept.id)).toEqual([
    'backend queued',
    'backend accepted',
    'backend queued',
    'backend expired',
  ]);
});

it('is sent once under its key, for a day, also while the first is not on record yet', async () => {
  const lab = makeLab({ isHeldBack: true });
  const both = [send(lab, 'hello', { key: 'k' }), send(lab, 'hello', { key: 'k' })];
  await expect(send(lab, 'other', { key: 'k' })).rejects.toMatchObject({ code: 'conflict' });
  lab.flush();
  const [first, second] = await Promise.all(both);
  expect(second).toEqual({ ...first, duplicate: true });
  lab.crash();
  expect(await send(lab, 'hello', { key: 'k' })).toMatchObject({ id: first?.id, duplicate: true });
  await expect(send(lab, 'other', { key: 'k' })).rejects.toThrow('use another key');
  // Somebody else's key, and somebody else's message, are others.
  const others = [
    send(lab, 'hello', { key: 'k', from: 'ci' }),
    send(lab, 'hello', { key: 'k', to: 'frontend' }),
  ];
  lab.flush();
  for (const { duplicate } of await Promise.all(others)) expect(duplicate).toBe(false);
  lab.now += 24 * 3600_000;
  const late = send(lab, 'hello', { key: 'k' });
  lab.flush();
  expect((await late).duplicate).toBe(false);
});

it('is refused when too many wait, when it is too long, and when it could be lost; nothing is dropped for it', async () => {
  let problem: string | undefined;
  const lab = makeLab({ mostQueued: 2, whyNotDurable: () => problem });
  await send(lab, 'one');
  await send(lab, 'two');
  await expect(send(lab, 'three')).rejects.toMatchObject({ code: 'inbox_full' });
  expect(texts(await lab.inbox.take('backend', { max: 1, leaseMs: 1000 }))).toEqual(['one']);
  await send(lab, 'three');
  await expect(send(lab, 'ü'.repeat(32 * 1024 + 1))).rejects.toMatchObject({ code: 'message_too_large' });
  await expect(send(lab, 'ü'.repeat(32 * 1024), { to: 'other' })).resolves.toMatchObject({ state: 'queued' });
  problem = 'the disk is full';
  await expect(send(lab, 'lost', { to: 'other' })).rejects.toThrow('the disk is full');
  await expect(send(lab, 'lost', { to: 'other' })).rejects.toBeInstanceOf(InboxError);
  expect(texts(lab.inbox.view.peek('backend'))).toEqual(['two', 'three']);
});

it('can be taken back while it waits, and not any more once somebody has it', async () => {
  const lab = makeLab();
  const { id } = await send(lab, 'one');
  expect(await lab.inbox.cancel(id)).toMatchObject({ state: 'cancelled' });
  await expect(lab.inbox.cancel(id)).rejects.toThrow(`message ${id} is cancelled; it cannot be taken back`);
  await expect(lab.inbox.cancel('nothing')).rejects.toMatchObject({ code: 'not_found' });
  const [two] = [await send(lab, 'two'), await send(lab, 'three')];
  await lab.inbox.take('backend', { max: 1, leaseMs: 1000 });
  await expect(lab.inbox.cancel(two.id)).rejects.toMatchObject({ code: 'conflict' });
  expect([await lab.inbox.purge('backend'), lab.inbox.view.peek('backend')]).toEqual([1, []]);
});

it('can be waited for: until it has come so far, or to an end, or nobody waits any more', async () => {
  const lab = makeLab();
  const { id } = await send(lab, 'hello', { to: 'backend+frontend' });
  const never = new AbortController();
  const accepted = lab.inbox.view.waitFor(id, 'accepted', never.signal);
  const delivered = lab.inbox.view.waitFor(id, 'delivered', never.signal);
  await lab.inbox.take('backend', takeAll);
  await lab.inbox.take('frontend', takeAll);
  expect(await accepted).toMatchObject({ state: 'accepted' });
  await lab.inbox.ack(id, 'backend');
  // The least advanced of them counts.
  expect(lab.inbox.view.find(id)).toMatchObject({ state: 'accepted' });
  await lab.inbox.ack(id, 'frontend');
  expect(await delivered).toMatchObject({ state: 'delivered' });
  const other = await send(lab, 'more');
  const gone = new AbortController();
  const waiting = lab.inbox.view.waitFor(other.id, 'delivered', gone.signal);
  gone.abort();
  expect(await waiting).toMatchObject({ state: 'queued' });
  expect(await lab.inbox.view.waitFor('nothing', 'delivered', never.signal)).toBeUndefined();
  const queued = lab.inbox.view.untilQueued('somebody', never.signal);
  await send(lab, 'for you', { to: 'somebody' });
  await queued;
});

it('a message costs the same however many wait: all of them are looked at only when the time of one is up', async () => {
  const lab = makeLab();
  const looks = vi.spyOn(Queues.prototype, 'all');
  for (let n = 0; n < 200; n++)
    await lab.inbox.send(newMessage({ to: `worker${n % 7}`, ttlMs: 60_000 + n }), cli);
  await lab.inbox.take('worker1', { max: 3, leaseMs: 5000 });
  for (let second = 0; second < 4; second++) {
    for (const { run } of lab.inbox.chores) await run();
    lab.now += 1000;
  }
  expect(looks).not.toHaveBeenCalled();
  lab.now += 1000;
  expect(lab.inbox.view.peek('worker1')).toHaveLength(29);
  expect(looks.mock.calls.length).toBeLessThan(3);
  looks.mockRestore();
});
