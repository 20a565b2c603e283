// Bringing messages to sessions: one after the other, never faster than a client takes them, and no more said than is proven.
import { expect, it } from 'vitest';
import type { DeliveryPath, Parcel, Receipt, Said } from '../../src/inbox/index.ts';
import { given, type Lab, makeLab, newMessage, toldOf, typed } from './support.ts';

/** A path that does as the test says. */
class TestPath implements DeliveryPath {
  readonly name = 'test';
  onReceipt: (receipt: Receipt) => void = () => {};
  onSaid: (said: Said) => void = () => {};
  opened = 0;
  readonly given: Parcel[] = [];
  reason: string | undefined;
  failure: Error | undefined;
  /** Whether the session has on its record what it was given. */
  taken: boolean | undefined = true;

  hasTaken(): boolean | undefined {
    return this.taken;
  }
  whyNot(): string | undefined {
    return this.reason;
  }
  async give(parcel: Parcel): Promise<void> {
    if (this.failure) throw this.failure;
    this.given.push(parcel);
  }
  async open(): Promise<void> {
    this.opened++;
  }
  close(): void {}
}

const cli = { via: 'cli', verified: true } as const;
const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
const look = async (lab: Lab): Promise<void> => {
  for (const { run } of lab.inbox.chores) await run();
  await settle();
};
const send = (lab: Lab, message = 'hello', fields: object = {}) =>
  lab.inbox.send(newMessage({ to: 'backend', message, ...fields }), cli);
const textsOf = (path: TestPath): (string | undefined)[] => path.given.map(({ text }) => text.split('\n')[1]);

it('a message goes to the session that has the name, and is accepted; only the prompt proves that it arrived', async () => {
  const path = new TestPath();
  const lab = makeLab({ paths: [path] });
  lab.sessions.set('backend', 's1');
  const { id } = await send(lab);
  await settle();
  expect(path.given).toMatchObject([{ messageId: id, sessionId: 's1', from: 'cli', priority: 'normal' }]);
  const { text = '' } = path.given[0] ?? {};
  expect(text.startsWith(`[hookline message id=${id} from=cli via=cli]\nhello\n`)).toBe(true);
  expect(lab.inbox.view.find(id)).toMatchObject({
    state: 'accepted',
    recipients: [{ path: 'test', sessionId: 's1' }],
  });
  // That its user let it in, somebody else's prompt, or one that only looks like it, proves nothing.
  path.onReceipt({ messageId: id, kind: 'delivered' });
  await lab.inbox.prompted(given('s2', text));
  await lab.inbox.prompted(given('s1', text.replace(id, id.replace('7', '8'))));
  await look(lab);
  expect(lab.inbox.view.find(id)).toMatchObject({ state: 'accepted' });
  await lab.inbox.prompted(given('s1', `<wrapper>\n${text}\n</wrapper>`));
  expect(lab.inbox.view.find(id)).toMatchObject({ state: 'delivered' });
  expect(toldOf(lab.events).get(id)).toEqual(['backend queued', 'backend accepted', 'backend delivered']);
});

it('what a path makes of a text proves that it arrived, and nothing else in its place does', async () => {
  const path = Object.assign(new TestPath(), { asRead: (text: string) => text.replaceAll('@', '\\@') });
  const lab = makeLab({ paths: [path] });
  lab.sessions.set('backend', 's1');
  const { id } = await send(lab, 'see @README.md');
  await settle();
  const { text = '' } = path.given[0] ?? {};
  await lab.inbox.prompted(given('s1', text.replace('@', '#')));
  expect(lab.inbox.view.find(id)).toMatchObject({ state: 'accepted' });
  await lab.inbox.prompted(given('s1', text.replace('@', '\\@')));
  expect(lab.inbox.view.find(id)).toMatchObject({ state: 'delivered' });
});

it('waits for one that is away, and for a path that does not reach', async () => {
  const path = new TestPath();
  const failures: string[] = [];
  const lab = makeLab({ paths: [path], failed: what => failures.push(what) });
  const { id } = await send(lab);
  await look(lab);
  expect(lab.inbox.view.find(id)).toMatchObject({ state: 'queued' });
  lab.sessions.set('backend', 's1');
  path.reason = 'its client has no inbox';
  await look(lab);
  path.reason = undefined;
  path.failure = new Error('nobody listens');
  await look(lab);
  await look(lab);
  // Said once, however often it is tried.
  expect(failures).toEqual([`inbox: test did not take message ${id} for backend`]);
  expect([path.given, lab.inbox.view.find(id)?.state]).toEqual([[], 'queued']);
  path.failure = undefined;
  await look(lab);
  expect(lab.inbox.view.find(id)).toMatchObject({ state: 'accepted' });
});

it('goes by priority and age, each once, and no faster than a client takes them', async () => {
  const path = new TestPath();
  const lab = makeLab({ paths: [path] });
  for (let n = 0; n < 50; n++) await send(lab, `text ${n}`);
  await send(lab, 'urgent', { priority: 'high' });
  lab.sessions.set('backend', 's1');
  await look(lab);
  const first = textsOf(path);
  expect(first.slice(0, 3)).toEqual(['urgent', 'text 0', 'text 1']);
  expect(first.length).toBeLessThanOrEqual(30);
  for (let second = 0; second < 120; second++) {
    const before = path.given.length;
    lab.now += 1000;
    await look(lab);
    expect(path.given.length - before).toBeLessThanOrEqual(1);
  }
  expect(textsOf(path)).toEqual(['urgent', ...Array.from({ length: 50 }, (_, n) => `text ${n}`)]);
});

it('says that it is held, refused or dropped as the session says it', async () => {
  const path = new TestPath();
  const lab = makeLab({ paths: [path] });
  lab.sessions.set('backend', 's1');
  const { id } = await send(lab);
  await settle();
  path.onReceipt({ messageId: id, kind: 'held', reason: 'its user has to let it in' });
  expect(lab.inbox.view.find(id)).toMatchObject({
    state: 'held',
    recipients: [{ reason: 'its user has to let it in' }],
  });
  // Nothing goes round its user: neither the release of what hookline holds, nor a prompt.
  await expect(lab.inbox.release(id)).rejects.toThrow('only its user lets it in, at its terminal');
  expect(await lab.inbox.releaseAll()).toBe(0);
  await lab.inbox.prompted(typed('s1'));
  expect(lab.inbox.view.find(id)).toMatchObject({ state: 'held' });
  path.onReceipt({ messageId: id, kind: 'refused', reason: 'its user did not' });
  path.onReceipt({ messageId: id, kind: 'held' });
  path.onReceipt({ messageId: 'of nobody', kind: 'held' });
  await settle();
  expect(toldOf(lab.events).get(id)).toEqual([
    ...['backend queued', 'backend accepted'],
    ...['backend held', 'backend dead'],
  ]);
  const other = await send(lab, 'again');
  await settle();
  path.onReceipt({ messageId: other.id, kind: 'dropped', reason: 'too many' });
  await look(lab);
  const triesOf = (): number[] =>
    path.given.filter(({ messageId }) => messageId === other.id).map(({ attempt }) => attempt);
  // Not at once, for a client that had too much has it still.
  expect(triesOf()).toEqual([1]);
  lab.now += 2000;
  await look(lab);
  // Under the same id.
  expect(triesOf()).toEqual([1, 2]);
});

it('what a session took no note of is given again, under the same id, and is dead after five times', async () => {
  const path = new TestPath();
  path.taken = false;
  const lab = makeLab({ paths: [path] });
  lab.sessions.set('backend', 's1');
  const { id } = await send(lab);
  for (let second = 0; second < 4; second++) {
    await look(lab);
    lab.now += 1000;
  }
  expect([path.given.length, lab.inbox.view.find(id)?.state]).toEqual([1, 'accepted']);
  for (let second = 0; second < 120; second++) {
    await look(lab);
    lab.now += 1000;
  }
  expect(path.given.map(({ messageId, attempt }) => [messageId, attempt])).toEqual(
    [1, 2, 3, 4, 5].map(attempt => [id, attempt]),
  );
  expect(lab.inbox.view.find(id)).toMatchObject({
    state: 'dead',
    recipients: [{ reason: 'the session took no note of it, 5 times' }],
  });
});

it.each([
  ['is on its record', true],
  ['may be on its record, for all that can be told', undefined],
])('what %s is not given again, however long it takes', async (_, taken) => {
  const path = new TestPath();
  path.taken = taken;
  const lab = makeLab({ paths: [path] });
  lab.sessions.set('backend', 's1');
  const { id } = await send(lab);
  for (let second = 0; second < 600; second++) {
    await look(lab);
    lab.now += 1000;
  }
  expect([path.given.length, lab.inbox.view.find(id)?.state]).toEqual([1, 'accepted']);
});

it('what a session had not read when it ended goes to the next one of that name, but not before its last prompt can be known', async () => {
  const path = new TestPath();
  const lab = makeLab({ paths: [path] });
  lab.sessions.set('backend', 's1');
  const read = await send(lab, 'read');
  const unread = await send(lab, 'unread');
  await settle();
  lab.sessions.set('backend', 's2');
  const wait = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second++) {
      await look(lab);
      lab.now += 1000;
    }
  };
  await wait(10);
  await lab.inbox.prompted(given('s1', path.given[0]?.text ?? ''));
  await wait(10);
  expect(path.given.map(({ messageId, sessionId }) => [messageId, sessionId])).toEqual([
    ...[
      [read.id, 's1'],
      [unread.id, 's1'],
    ],
    [unread.id, 's2'],
  ]);
  expect(toldOf(lab.events).get(unread.id)).toEqual([
    ...['backend queued', 'backend accepted'],
    ...['backend queued', 'backend accepted'],
  ]);
});

it('what was given by a daemon that was killed is looked after by the next one', async () => {
  const path = new TestPath();
  const lab = makeLab({ paths: [path] });
  lab.sessions.set('backend', 's1');
  await send(lab);
  await settle();
  lab.crash();
  path.taken = false;
  lab.now += 60_000;
  await look(lab);
  lab.now += 2000;
  await look(lab);
  expect(path.given.map(({ attempt }) => attempt)).toEqual([1, 2]);
});

it('of what was given before a crash nothing is lost: what is not on record goes again, under the same id', async () => {
  const path = new TestPath();
  const lab = makeLab({ paths: [path], isHeldBack: true });
  lab.sessions.set('backend', 's1');
  const sent = send(lab);
  lab.flush();
  const { id } = await sent;
  await settle();
  expect(path.given).toHaveLength(1);
  lab.crash();
  await look(lab);
  expect(path.given.map(({ messageId }) => messageId)).toEqual([id, id]);
  lab.flush();
  await settle();
  expect(lab.inbox.view.find(id)).toMatchObject({ state: 'accepted' });
});

it('of what was given before a crash, a prompt that came meanwhile is proof: it does not go again', async () => {
  const path = new TestPath();
  const lab = makeLab({ paths: [path], isHeldBack: true });
  lab.sessions.set('backend', 's1');
  const sent = send(lab);
  lab.flush();
  const { id } = await sent;
  await settle();
  lab.crash();
  expect(lab.inbox.view.find(id)).toMatchObject({ state: 'queued' });
  const arrived = lab.inbox.prompted(given('s1', path.given[0]?.text ?? ''));
  lab.flush();
  await arrived;
  await look(lab);
  expect([path.given.length, lab.inbox.view.find(id)?.state]).toEqual([1, 'delivered']);
});

it('while it is on its way nobody else gets it, and it is neither taken back nor expired', async () => {
  const path = new TestPath();
  const lab = makeLab({ paths: [path] });
  lab.sessions.set('backend', 's1');
  let arrive = (): void => {};
  path.give = async parcel => {
    await new Promise<void>(resolve => {
      arrive = resolve;
    });
    path.given.push(parcel);
  };
  const { id } = await send(lab, 'hello', { ttlMs: 1000 });
  await settle();
  lab.now += 2000;
  await look(lab);
  expect(await lab.inbox.take('backend', { max: 1, leaseMs: 1000 })).toEqual([]);
  await expect(lab.inbox.cancel(id)).rejects.toMatchObject({ code: 'conflict' });
  expect(await lab.inbox.purge('backend')).toBe(0);
  expect(lab.inbox.view.find(id)).toMatchObject({ state: 'queued' });
  arrive();
  await settle();
  expect([path.given.length, toldOf(lab.events).get(id)]).toEqual([
    1,
    ['backend queued', 'backend accepted'],
  ]);
});

it('what a session at work is to read after its turn is given as such, whatever its priority in the inbox', async () => {
  const path = new TestPath();
  const lab = makeLab({ paths: [path] });
  lab.sessions.set('backend', 's1');
  await send(lab, 'now', { priority: 'high' });
  await send(lab, 'then', { priority: 'high', whenBusy: 'defer' });
  await settle();
  expect(path.given.map(({ priority }) => priority)).toEqual(['high', 'low']);
});
