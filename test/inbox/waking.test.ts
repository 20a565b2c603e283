// Hooks that wait in the background: one a session, told of whatever waits for it once it is idle, and when to end.
import { beforeEach, expect, it } from 'vitest';
import type { Fate, WaitingHook, WakePath, Woken } from '../../src/inbox/index.ts';
import { type Lab, makeLab, newMessage } from './support.ts';

class TestWaking implements WakePath {
  readonly name = 'waking';
  most = 1000;
  whyNotNow: string | undefined;
  /** Why hooks of these clients need not wait. */
  readonly over = new Map<number, string>();
  readonly fates = new Map<string, Fate>();

  whyNot(): string | undefined {
    return this.whyNotNow;
  }
  whyOver({ clientPid }: WaitingHook): string | undefined {
    return this.over.get(clientPid);
  }
  fate(messageId: string): Fate | undefined {
    return this.fates.get(messageId);
  }
  printed(text: string): string {
    return `\n${text}`;
  }
}

const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

let path: TestWaking;
let lab: Lab;
beforeEach(() => {
  path = new TestWaking();
  lab = makeLab({ wakePaths: [path] });
  lab.sessions.set('backend', 's1');
});

/** What a hook was told, once it was. */
interface Told {
  woken: Woken | undefined;
  readonly gone: AbortController;
}

async function wait(pid = 10, clientPid = 1, sessionId = 's1'): Promise<Told> {
  const told: Told = { woken: undefined, gone: new AbortController() };
  void lab.inbox.wait({ sessionId, pid, clientPid }, told.gone.signal).then(woken => {
    told.woken = woken;
  });
  await settle();
  return told;
}
async function send(message: string): Promise<string> {
  const { id } = await lab.inbox.send(newMessage({ to: 'backend', message }), { via: 'cli', verified: true });
  await settle();
  return id;
}
async function look(afterMs = 0): Promise<void> {
  lab.now += afterMs;
  for (const { run } of lab.inbox.chores) await run();
  await settle();
}
const textsOf = ({ woken }: Told): string[] =>
  woken?.kind === 'text' ? woken.text.split('\n\n').map(text => text.trim().split('\n')[1] ?? '') : [];
const wayNow = (): unknown => lab.inbox.waysTo('s1');

it('is told of a message at once, and of those that waited already together, in order', async () => {
  const one = await wait();
  expect([one.woken, wayNow()]).toEqual([undefined, [{ path: 'waking' }]]);
  const id = await send('one');
  expect(textsOf(one)).toEqual(['one']);
  expect(lab.inbox.view.find(id)).toMatchObject({
    state: 'accepted',
    recipients: [{ path: 'waking', sessionId: 's1', tries: 1 }],
  });
  expect(wayNow()).toEqual([{ path: 'waking', whyNot: 'no hook of it waits to wake it' }]);
  for (const text of ['two', 'three']) await send(text);
  expect(textsOf(await wait(11))).toEqual(['two', 'three']);
});

it('is told of nothing while its session is at work, and of all that waits once it is idle', async () => {
  path.whyNotNow = 'it is at work';
  const told = await wait();
  const id = await send('one');
  await look(600);
  expect([told.woken, lab.inbox.view.find(id)?.state]).toEqual([undefined, 'queued']);
  path.whyNotNow = undefined;
  await look(600);
  expect(textsOf(told)).toEqual(['one']);
});

it('is told to ask again after 25 s, and keeps its place meanwhile', async () => {
  const first = await wait();
  await look(24_900);
  expect(first.woken).toBeUndefined();
  await look(200);
  expect(first.woken).toEqual({ kind: 'again' });
  expect((await wait(11)).woken).toMatchObject({ kind: 'over', reason: expect.stringContaining('another') });
  const again = await wait();
  await send('one');
  expect(textsOf(again)).toEqual(['one']);
});

it('is one a session: another one is told so, until the first is gone', async () => {
  const first = await wait();
  expect((await wait(11)).woken).toMatchObject({ kind: 'over' });
  expect((await wait(12, 1, 's2')).woken).toBeUndefined();
  first.gone.abort();
  await settle();
  const next = await wait(13);
  expect(next.woken).toBeUndefined();
  await send('one');
  expect([textsOf(first), textsOf(next)]).toEqual([[], ['one']]);
});

it('of a client that was killed gives its place to that of the client that goes on', async () => {
  const left = await wait(10, 1);
  path.over.set(1, 'its client is gone');
  const next = await wait(11, 2);
  expect([left.woken?.kind, next.woken]).toEqual(['over', undefined]);
});

it('of a client that has gone on to another session is told so, also when it asks only then', async () => {
  const first = await wait(10, 1, 's1');
  const second = await wait(11, 1, 's2');
  expect([first.woken?.kind, second.woken]).toEqual(['over', undefined]);
  await look(25_000);
  expect(second.woken).toEqual({ kind: 'again' });
  expect((await wait(12, 1, 's3')).woken).toBeUndefined();
  expect((await wait(11, 1, 's2')).woken).toMatchObject({ kind: 'over' });
  expect((await wait(13, 2, 's4')).woken).toBeUndefined();
});

it('that has asked no more for five seconds has no place', async () => {
  await wait();
  await look(25_000);
  await look(4900);
  expect((await wait(11)).woken?.kind).toBe('over');
  await look(200);
  expect((await wait(11)).woken).toBeUndefined();
});

it('is let be for three seconds though its session is not known yet, and is told then that it is over', async () => {
  path.over.set(1, 'its session is over');
  const told = await wait();
  await send('one');
  await look(2900);
  expect(told.woken).toBeUndefined();
  await look(200);
  expect(told.woken).toEqual({ kind: 'over', reason: 'its session is over' });
});

it('that is gone when something comes has got nothing: the next one gets it', async () => {
  const lost = await wait();
  const sending = lab.inbox.send(newMessage({ to: 'backend', message: 'one' }), {
    ...{ via: 'cli', verified: true },
  });
  lost.gone.abort();
  const { id } = await sending;
  await settle();
  expect(lab.inbox.view.find(id)?.state).toBe('queued');
  await look(2000);
  expect(textsOf(await wait(11))).toEqual(['one']);
});

it('keeps its place when it asks anew and the connection of before ends only then', async () => {
  const before = await wait();
  const now = await wait();
  expect([before.woken, now.woken]).toEqual([{ kind: 'again' }, undefined]);
  before.gone.abort();
  await settle();
  expect((await wait(11)).woken?.kind).toBe('over');
  await send('one');
  expect(textsOf(now)).toEqual(['one']);
});

it('a daemon that stops sends everybody to the next one', async () => {
  const told = await wait();
  lab.inbox.stop();
  await settle();
  expect([told.woken, (await wait(11)).woken]).toEqual([{ kind: 'again' }, { kind: 'again' }]);
});

it('what it was told has arrived once a prompt holds it, or the record shows that it was read; what is lost comes again', async () => {
  const first = await wait();
  const [one] = [await send('one')];
  const prompt = first.woken?.kind === 'text' ? `blocking error: ${first.woken.text}` : '';
  await lab.inbox.prompted({ sessionId: 's1', prompt, origin: { kind: 'task' } });
  expect(lab.inbox.view.find(one)?.state).toBe('delivered');
  await wait(11);
  const two = await send('two');
  path.fates.set(two, 'lost');
  await look();
  expect(lab.inbox.view.find(two)?.state).toBe('queued');
  await look(2000);
  expect(textsOf(await wait(12))).toEqual(['two']);
  path.fates.set(two, 'read');
  await look();
  expect(lab.inbox.view.find(two)?.state).toBe('delivered');
});
