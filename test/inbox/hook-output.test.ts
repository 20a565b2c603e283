// What hooks bring: whatever waits for their session and fits, once, in order, and only where nothing else leads there.
import { expect, it } from 'vitest';
import type {
  DeliveryPath,
  Fate,
  HookOpening,
  HookOutput,
  Opening,
  Parcel,
  Receipt,
  Said,
} from '../../src/inbox/index.ts';
import type { EventDraft } from '../../src/protocol/index.ts';
import { type Lab, makeLab, newMessage, toldOf } from './support.ts';

/** Any hook carries what the test says. */
class TestHooks implements HookOutput {
  readonly name = 'hooks';
  reason: string | undefined;
  most = 1000;
  isBetweenTurns = true;
  readonly fates = new Map<string, Fate>();

  whyNot(): string | undefined {
    return this.reason;
  }
  fate(messageId: string): Fate | undefined {
    return this.fates.get(messageId);
  }
  opening({ sessionId }: EventDraft): HookOpening | undefined {
    const opening: Opening = { sessionId, most: this.most, isBetweenTurns: this.isBetweenTurns };
    return { ...opening, output: text => ({ text }) };
  }
}

class TestPath implements DeliveryPath {
  readonly name = 'push';
  onReceipt: (receipt: Receipt) => void = () => {};
  onSaid: (said: Said) => void = () => {};
  reason: string | undefined = 'no inbox';
  readonly given: Parcel[] = [];
  hasTaken(): undefined {}
  whyNot(): string | undefined {
    return this.reason;
  }
  async give(parcel: Parcel): Promise<void> {
    this.given.push(parcel);
  }
  async open(): Promise<void> {}
  close(): void {}
}

const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
const look = async (lab: Lab): Promise<void> => {
  for (const { run } of lab.inbox.chores) await run();
  await settle();
};
const send = async (lab: Lab, message: string, fields: object = {}): Promise<string> => {
  const origin = { via: 'cli', verified: true } as const;
  const { id } = await lab.inbox.send(newMessage({ to: 'backend', message, ...fields }), origin);
  await settle();
  return id;
};
/** What a hook of a session brings. */
async function hook(
  lab: Lab,
  sessionId = 's1',
  gone = new AbortController().signal,
): Promise<string | undefined> {
  const event = { type: 'turn.completed', timestamp: lab.now, sessionId, source: 'x', data: {} };
  const said = await lab.inbox.answerHook(event, true)?.answer(gone);
  return (said as { text: string } | undefined)?.text;
}
const textsOf = (said: string | undefined): (string | undefined)[] =>
  (said ?? '').split('\n\n').map(text => text.split('\n')[1]);

function make(): { lab: Lab; hooks: TestHooks; path: TestPath } {
  const [hooks, path] = [new TestHooks(), new TestPath()];
  const lab = makeLab({ paths: [path], hookOutputs: [hooks] });
  lab.sessions.set('backend', 's1');
  return { lab, hooks, path };
}

it('all that waits goes with one hook, in order, and is delivered once the record shows that it was read', async () => {
  const { lab, hooks } = make();
  const [one, two] = [await send(lab, 'one'), await send(lab, 'two', { to: 's1' })];
  const urgent = await send(lab, 'urgent', { priority: 'high' });
  await look(lab);
  expect(lab.inbox.view.find(one)?.state).toBe('queued');
  const said = await hook(lab);
  expect(said).toMatch(
    /^\[hookline message id=\S+ from=cli via=cli\]\nurgent\nreply: hookline send --to cli/,
  );
  expect(textsOf(said)).toEqual(['urgent', 'one', 'two']);
  expect(lab.inbox.view.find(one)).toMatchObject({
    ...{ state: 'accepted', recipients: [{ path: 'hooks', sessionId: 's1', tries: 1 }] },
  });
  // Not said again, and nothing is proven however long it takes.
  lab.now += 600_000;
  await look(lab);
  expect([await hook(lab), lab.inbox.view.find(one)?.state]).toEqual([undefined, 'accepted']);
  for (const id of [one, two]) hooks.fates.set(id, 'read');
  await look(lab);
  expect([one, two, urgent].map(id => lab.inbox.view.find(id)?.state)).toEqual([
    ...['delivered', 'delivered', 'accepted'],
  ]);
  expect(toldOf(lab.events).get(one)).toEqual(['backend queued', 'backend accepted', 'backend delivered']);
});

it('brings nothing where another way leads, nor what is for others', async () => {
  const { lab, hooks, path } = make();
  await send(lab, 'one');
  expect(await hook(lab, 's2')).toBeUndefined();
  hooks.reason = 'it bypasses permissions';
  expect(await hook(lab)).toBeUndefined();
  hooks.reason = undefined;
  path.reason = undefined;
  expect(await hook(lab)).toBeUndefined();
  await look(lab);
  expect(path.given).toHaveLength(1);
  expect(await hook(lab)).toBeUndefined();
  expect(lab.inbox.waysTo('s1')).toEqual([{ path: 'push' }, { path: 'hooks' }]);
});

it('brings as much as fits, and the rest with the next hook', async () => {
  const { lab, hooks } = make();
  for (const text of ['a', 'b', 'c', 'd']) await send(lab, text.repeat(200));
  hooks.most = 800;
  const first = await hook(lab);
  expect(first?.length).toBeLessThanOrEqual(800);
  expect(textsOf(first).map(text => text?.[0])).toEqual(['a', 'b']);
  expect(textsOf(await hook(lab)).map(text => text?.[0])).toEqual(['c', 'd']);
});

it('says once of what will never fit that it waits, and how to get it; that is no delivery', async () => {
  const { lab } = make();
  const long = await send(lab, 'x'.repeat(2000), { from: 'ci' });
  const short = await send(lab, 'short');
  // Nobody waits for it: then nobody was told.
  const impatient = new AbortController();
  const bringing = hook(lab, 's1', impatient.signal);
  impatient.abort();
  expect(await bringing).toBeUndefined();
  lab.now += 2000;
  const [word, text] = (await hook(lab))?.split('\n\n') ?? [];
  expect(word).toMatch(
    /^\[hookline\] A message from ci is too long to be shown here \(2\d{3} characters\) and waits for you\. Get it by: hookline listen backend --once$/,
  );
  expect(text).toContain('\nshort\n');
  expect(await hook(lab)).toBeUndefined();
  expect([long, short].map(id => lab.inbox.view.find(id)?.state)).toEqual(['queued', 'accepted']);
  const taken = await lab.inbox.take('backend', { max: 1, leaseMs: 1000 });
  expect(taken.map(({ id }) => id)).toEqual([long]);
});

it('what can wait does not come in the middle of a turn', async () => {
  const { lab, hooks } = make();
  await send(lab, 'low', { priority: 'low' });
  await send(lab, 'deferred', { whenBusy: 'defer' });
  await send(lab, 'normal');
  hooks.isBetweenTurns = false;
  expect(textsOf(await hook(lab))).toEqual(['normal']);
  hooks.isBetweenTurns = true;
  expect(textsOf(await hook(lab))).toEqual(['deferred', 'low']);
});

it('two hooks at once do not bring the same', async () => {
  const { lab } = make();
  await send(lab, 'one');
  const said = await Promise.all([hook(lab), hook(lab)]);
  expect(said.filter(text => text !== undefined)).toHaveLength(1);
});

it('is on record before it is handed out: a crash between the two gives it to nobody else', async () => {
  const hooks = new TestHooks();
  const lab = makeLab({ hookOutputs: [hooks], isHeldBack: true });
  lab.sessions.set('backend', 's1');
  const sent = send(lab, 'one');
  lab.flush();
  const id = await sent;
  let said: string | undefined;
  const bringing = hook(lab).then(text => {
    said = text;
  });
  await settle();
  expect(said).toBeUndefined();
  lab.flush();
  await bringing;
  expect(textsOf(said)).toEqual(['one']);
  lab.crash();
  expect(lab.inbox.view.find(id)?.state).toBe('accepted');
  hooks.fates.set(id, 'read');
  await look(lab);
  lab.flush();
  await settle();
  expect(lab.inbox.view.find(id)?.state).toBe('delivered');
});

it('a hook that nobody waits for any more has brought nothing: it is given again, after a while', async () => {
  const { lab } = make();
  const id = await send(lab, 'one');
  const impatient = new AbortController();
  const bringing = hook(lab, 's1', impatient.signal);
  impatient.abort();
  expect(await bringing).toBeUndefined();
  expect(lab.inbox.view.find(id)?.state).toBe('queued');
  lab.now += 2000;
  expect(textsOf(await hook(lab))).toEqual(['one']);
});

it('what the session went on without is given again, and is dead after five times', async () => {
  const { lab, hooks } = make();
  const id = await send(lab, 'one');
  hooks.fates.set(id, 'lost');
  let times = 0;
  for (let n = 0; n < 30; n++) {
    if ((await hook(lab)) !== undefined) times++;
    await look(lab);
    lab.now += 2000;
  }
  expect(times).toBe(5);
  expect(lab.inbox.view.find(id)).toMatchObject({
    state: 'dead',
    recipients: [{ reason: 'the session went on without it, 5 times' }],
  });
});

it('what a session had not read when it ended goes to the next one of that name; what it had read does not', async () => {
  const { lab, hooks } = make();
  const [read, unread] = [await send(lab, 'read'), await send(lab, 'unread')];
  await hook(lab);
  lab.sessions.set('backend', 's2');
  await look(lab);
  hooks.fates.set(read, 'read');
  await look(lab);
  expect(await hook(lab, 's2')).toBeUndefined();
  lab.now += 16_000;
  await look(lab);
  lab.now += 2000;
  expect(textsOf(await hook(lab, 's2'))).toEqual(['unread']);
  expect(lab.inbox.view.find(read)?.state).toBe('delivered');
  expect(lab.inbox.view.find(unread)).toMatchObject({ state: 'accepted', recipients: [{ tries: 2 }] });
});
