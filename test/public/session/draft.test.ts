// What is written to a session: never lost when it could not be sent, never sent twice, kept for whoever comes back.
import { describe, expect, it } from 'vitest';
import { ApiError } from '../../../public/live/api.ts';
import { Draft, type Post, type Shelf } from '../../../public/session/draft.ts';

const SENT = { id: 'm1', state: 'queued' as const, duplicate: false, recipients: [] };

function shelf(): Shelf & { kept: string | undefined } {
  return {
    kept: undefined,
    read() {
      return this.kept;
    },
    write(text) {
      this.kept = text;
    },
  };
}

let keys = 0;
const newKey = (): string => `key${++keys}`;
const failing =
  (error: unknown): Post =>
  () =>
    Promise.reject(error);

describe('a draft', () => {
  it('is empty once its text is on record, and not before', async () => {
    const draft = new Draft(shelf(), newKey);
    draft.write('hello');
    let answer: (sent: typeof SENT) => void = () => {};
    const sending = draft.send(
      () =>
        new Promise(resolve => {
          answer = resolve;
        }),
    );
    expect([draft.text, draft.sending]).toEqual(['hello', true]);
    draft.write('something else');
    expect(draft.text).toBe('hello');
    answer(SENT);
    expect(await sending).toBe(true);
    expect([draft.text, draft.sending, draft.problem]).toEqual(['', false, '']);
  });

  it.each([
    [new ApiError(0, 'hookline does not answer'), /has not said that it has this.*not sent twice/],
    [new ApiError(503, 'the disk failed'), /has not said that it has this/],
    [new DOMException('too long', 'TimeoutError'), /has not said that it has this/],
    [
      new ApiError(429, '1000 messages wait for backend already.'),
      /^Not sent: 1000 messages wait for backend already\. Your text is kept\.$/,
    ],
    [new ApiError(401, 'a valid token is needed'), /logged out.*Your text is kept.*Load the page again/],
  ])('is kept when it could not be sent, and says what to do: %s', async (error, words) => {
    const place = shelf();
    const draft = new Draft(place, newKey);
    draft.write('hello\nworld');
    expect(await draft.send(failing(error))).toBe(false);
    expect([draft.text, draft.sending]).toEqual(['hello\nworld', false]);
    expect(draft.problem).toMatch(words);
    expect(new Draft(place, newKey).text).toBe('hello\nworld');
  });

  it('is the same message when it is tried again, in a page that was loaded again too; another text is another one', async () => {
    const place = shelf();
    const used: string[] = [];
    const lost: Post = (_text, key) => {
      used.push(key);
      return Promise.reject(new ApiError(0, 'no answer'));
    };
    const draft = new Draft(place, newKey);
    draft.write('hello');
    await draft.send(lost);
    await draft.send(lost);
    await new Draft(place, newKey).send(lost);
    draft.write('hello!');
    await draft.send(lost);
    draft.write('hello');
    await draft.send(lost);
    expect(used.map(key => used.indexOf(key))).toEqual([0, 0, 0, 3, 4]);
  });

  it('goes once, however often somebody presses', async () => {
    let posts = 0;
    const post: Post = async () => {
      posts++;
      return SENT;
    };
    const draft = new Draft(shelf(), newKey);
    draft.write('hello');
    expect(await Promise.all([draft.send(post), draft.send(post)])).toEqual([true, false]);
    expect(await draft.send(post)).toBe(false);
    expect(posts).toBe(1);
  });

  it('begins empty where what was kept is nothing of ours', () => {
    for (const kept of ['{', '[]', 'null', '{"text":7}'])
      expect(new Draft({ read: () => kept, write: () => {} }, newKey).text, kept).toBe('');
  });
});
