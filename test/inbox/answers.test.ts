// The way back: what a session's model writes to us, or anybody with `inReplyTo`, answers a message, and whoever waits for it learns of it.
import { expect, it } from 'vitest';
import type { DeliveryPath, Said } from '../../src/inbox/index.ts';
import { given, type Lab, makeLab, newMessage } from './support.ts';

/** A way by which a model answers. */
class TalkingPath implements DeliveryPath {
  readonly name = 'test';
  onReceipt = (): void => {};
  onSaid: (said: Said) => void = () => {};
  readonly texts: string[] = [];
  whyNot(): undefined {}
  async give({ text }: { readonly text: string }): Promise<void> {
    this.texts.push(text);
  }
  hasTaken(): boolean {
    return true;
  }
  async open(): Promise<void> {}
  close(): void {}
}

const cli = { via: 'cli', verified: true } as const;
const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

function labWith(failures: string[] = []): {
  lab: Lab;
  path: TalkingPath;
  says: (text: string, more?: object) => Promise<void>;
} {
  const path = new TalkingPath();
  const lab = makeLab({
    paths: [path],
    failed: (what, error) => failures.push(`${what}: ${(error as Error).message}`),
  });
  lab.sessions.set('backend', 's1');
  return {
    ...{ lab, path },
    says: async (text, more = {}) => {
      path.onSaid({ sessionId: 's1', text, key: undefined, ...more });
      await settle();
    },
  };
}
const sendTo = async ({ inbox }: Lab, fields: object): Promise<string> => {
  const { id } = await inbox.send(newMessage({ to: 'backend', ...fields }), cli);
  await settle();
  return id;
};

it('what a model says answers the last message it was given, and goes to whoever sent it', async () => {
  const { lab, path, says } = labWith();
  await sendTo(lab, { message: 'first', from: 'frontend' });
  const id = await sendTo(lab, { message: 'second', from: 'frontend', replyTo: 'reviewer' });
  for (const text of path.texts) await lab.inbox.prompted(given('s1', text));
  await says('It is done.');
  const { messages } = lab.inbox.view.list({ inReplyTo: id }, 10);
  expect(messages).toMatchObject([
    { from: 'backend', to: 'reviewer', message: 'It is done.', via: 'unix', verified: false, inReplyTo: id },
  ]);
  expect(lab.inbox.view.find(id)).toMatchObject({
    recipients: [{ state: 'delivered', answeredAt: lab.now }],
  });
});

it('or the one it names; and the same said twice is one message', async () => {
  const { lab, path, says } = labWith();
  const first = await sendTo(lab, { message: 'first', from: 'frontend' });
  const second = await sendTo(lab, { message: 'second', from: 'frontend' });
  for (const text of path.texts) await lab.inbox.prompted(given('s1', text));
  await says(`About ${first}: yes.`, { key: 'k1' });
  await says(`About ${first}: yes.`, { key: 'k1' });
  expect(lab.inbox.view.list({ from: 'backend' }, 10).messages).toMatchObject([
    { inReplyTo: first, key: 'k1' },
  ]);
  expect(lab.inbox.view.find(second)?.recipients[0]).not.toHaveProperty('answeredAt');
});

it('who was given nothing has nothing to answer, and that is not passed over in silence', async () => {
  const failures: string[] = [];
  const { lab, says } = labWith(failures);
  await says('Hello?');
  expect(lab.inbox.view.list({}, 10).messages).toEqual([]);
  expect(failures).toEqual([
    'inbox: what session s1 wrote was not taken in: it was given no message that this could be an answer to',
  ]);
  lab.sessions.set('other', 's2');
  await sendTo(lab, { to: 'other', message: 'not for s1' });
  await says('Hello?');
  expect(failures).toHaveLength(2);
});

it('an answer counts once, for the one of several who gave it, and is known after a restart', async () => {
  const { lab } = labWith();
  const id = await sendTo(lab, { to: 'backend+docs', message: 'Ready?', from: 'frontend' });
  const answer = (from: string): Promise<unknown> =>
    lab.inbox.send(newMessage({ to: 'frontend', from, inReplyTo: id, message: 'Yes.' }), cli);
  const answered = (): unknown[] => (lab.inbox.view.find(id)?.recipients ?? []).map(one => one.answeredAt);
  await answer('stranger');
  expect(answered()).toEqual([undefined, undefined]);
  await answer('docs');
  const at = lab.now;
  lab.now += 1000;
  await answer('docs');
  expect(answered()).toEqual([undefined, at]);
  lab.crash();
  expect(answered()).toEqual([undefined, at]);
  await answer('s1');
  expect(answered()).toEqual([lab.now, at]);
});

it('whoever waits for the answer is told when it is there, and when there can be none', async () => {
  const { lab } = labWith();
  const id = await sendTo(lab, { to: 'docs', message: 'Ready?', from: 'frontend' });
  const never = new AbortController().signal;
  const waits = lab.inbox.view.waitFor(id, 'answered', never);
  const [item] = await lab.inbox.take('docs', { max: 1, leaseMs: 1000 });
  await lab.inbox.ack(String(item?.id), 'docs');
  await lab.inbox.send(newMessage({ to: 'frontend', from: 'docs', inReplyTo: id, message: 'Yes.' }), cli);
  expect(await waits).toMatchObject({ state: 'delivered', recipients: [{ answeredAt: lab.now }] });
  const other = await sendTo(lab, { to: 'docs', message: 'And now?' });
  const inVain = lab.inbox.view.waitFor(other, 'answered', never);
  await lab.inbox.cancel(other);
  expect(await inVain).toMatchObject({ state: 'cancelled' });
});
