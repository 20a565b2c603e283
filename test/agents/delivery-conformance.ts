// What every way into a session promises, asked of each in the same words.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeliveryPath, Parcel, Receipt } from '../../src/inbox/index.ts';
import { until } from '../support/until.ts';

/** A way into sessions, and one session at the end of it. */
export interface DeliveryLab {
  readonly path: DeliveryPath;
  readonly sessionId: string;
  /** The texts that the session got so far. */
  received(): readonly string[];
  /** The session writes down that it took a text, as it got it. */
  record(text: string): void;
  /** What the session has written down cannot be read any more. */
  loseRecord(): void;
  /** The session cannot be reached any more. */
  cut(): void | Promise<void>;
  close(): void | Promise<void>;
}

export function describeDeliveryPath(name: string, make: () => Promise<DeliveryLab>): void {
  describe(`${name}, as a way into a session`, () => {
    let lab: DeliveryLab;
    const receipts: Receipt[] = [];
    beforeEach(async () => {
      receipts.length = 0;
      lab = await make();
      lab.path.onReceipt = receipt => receipts.push(receipt);
    });
    afterEach(() => lab.close());

    const parcel = (text: string, changes: Partial<Parcel> = {}): Parcel => ({
      ...{ messageId: '878c3253-8356-412a-a0e5-9c4bf5137b66', sessionId: lab.sessionId, from: 'ci' },
      ...{ priority: 'normal', text, attempt: 1 },
      ...changes,
    });
    const got = async (count: number): Promise<readonly string[]> => {
      await until('the session got it', () => lab.received().length >= count);
      return lab.received();
    };

    it('gives a text whole, however long and odd it is', async () => {
      const text = `[hookline message id=x]\n${'ünï 😀 "quoted" \\ <tag>\n'.repeat(3000)}`;
      expect(lab.path.whyNot(lab.sessionId)).toBeUndefined();
      await lab.path.give(parcel(text));
      expect((await got(1))[0]).toContain(text);
    });

    it('gives one after the other, each once, also the same text', async () => {
      for (const text of ['one', 'two', 'two', 'three']) await lab.path.give(parcel(text));
      expect((await got(4)).map(text => /one|two|three/.exec(text)?.[0])).toEqual([
        'one',
        'two',
        'two',
        'three',
      ]);
    });

    it('knows what the session has on its record, and what it has not', async () => {
      const [first, second] = [
        '878c3253-8356-412a-a0e5-9c4bf5137b66',
        '2f60f0e5-2f0e-4c0a-8a4c-0d9f4f0b7a11',
      ];
      await lab.path.give(parcel('one', { messageId: first }));
      await lab.path.give(parcel('one', { messageId: second, attempt: 2 }));
      const [, text = ''] = await got(2);
      expect(lab.path.hasTaken(first, lab.sessionId)).toBe(false);
      lab.record(text);
      expect(lab.path.hasTaken(second, lab.sessionId)).toBe(true);
      expect(lab.path.hasTaken(first, lab.sessionId)).toBe(false);
      lab.loseRecord();
      expect(lab.path.hasTaken(second, lab.sessionId)).toBeUndefined();
    });

    it('gives again what is not quite the same text, for clients that drop what was said before', async () => {
      await lab.path.give(parcel('one'));
      await lab.path.give(parcel('one', { attempt: 2 }));
      const [first, second] = await got(2);
      expect(first).not.toBe(second);
    });

    it('says why it does not reach a session, and gives nothing then', async () => {
      expect(lab.path.whyNot('nobody')).toMatch(/\w/);
      await expect(lab.path.give(parcel('lost', { sessionId: 'nobody' }))).rejects.toThrow();
      await lab.cut();
      await expect(lab.path.give(parcel('lost'))).rejects.toThrow();
      expect(lab.received()).toEqual([]);
    });

    it('tells of no arrival by itself', async () => {
      await lab.path.give(parcel('hello'));
      await got(1);
      expect(receipts).toEqual([]);
    });

    it('can be closed, and closed again', () => {
      lab.path.close();
      lab.path.close();
    });
  });
}
