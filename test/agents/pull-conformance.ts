// What every way into a session that sessions open themselves promises, asked of each in the same words.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PullPath } from '../../src/inbox/index.ts';

/** Such a way, and one session at the end of it. */
export interface PullLab {
  readonly path: PullPath;
  readonly sessionId: string;
  /** Milliseconds since 1970, by the clock of the session's record. */
  now(): number;
  /** The session's model is given a text that was handed out, and the session writes that down. */
  bring(text: string): void;
  /** The model says something, on the ground of all that is on record by now. */
  answer(): void;
  /** The model says something that it was asked before what was brought last. */
  answerWhatWasBefore(): void;
  /** What the session has written down cannot be read any more. */
  loseRecord(): void;
  /** The session cannot be reached any more. */
  cut(): void;
  close(): void;
}

const ID = '878c3253-8356-412a-a0e5-9c4bf5137b66';
const OTHER = '2f60f0e5-2f0e-4c0a-8a4c-0d9f4f0b7a11';
const textOf = (id: string): string => `[hookline message id=${id} from=ci via=cli]\nhello\nreply: x`;

export function describePullPath(name: string, make: () => PullLab): void {
  describe(`${name}, as a way that sessions open`, () => {
    let lab: PullLab;
    beforeEach(() => {
      lab = make();
    });
    afterEach(() => lab.close());
    const fate = (id = ID, givenAt = 0): unknown => lab.path.fate(id, lab.sessionId, givenAt);

    it('says that a message was read once the model went on from it, and not before', () => {
      lab.answer();
      const givenAt = lab.now();
      expect(fate(ID, givenAt)).toBeUndefined();
      lab.bring(textOf(ID));
      expect(fate(ID, givenAt)).toBeUndefined();
      lab.answer();
      expect(fate(ID, givenAt)).toBe('read');
    });

    it('takes what the model was asked before for no sign that it read it', () => {
      const givenAt = lab.now();
      lab.bring(textOf(ID));
      lab.answerWhatWasBefore();
      lab.answerWhatWasBefore();
      expect(fate(ID, givenAt)).toBeUndefined();
      lab.answer();
      expect(fate(ID, givenAt)).toBe('read');
    });

    it('knows one message from another, and from words that quote it', () => {
      const givenAt = lab.now();
      lab.bring(`${textOf(OTHER)}\n\n> ${textOf(ID)}`);
      lab.answer();
      expect([fate(OTHER, givenAt), fate(ID, givenAt)]).toEqual(['read', undefined]);
    });

    it('says of several in one piece that each was read', () => {
      const givenAt = lab.now();
      lab.bring(`${textOf(OTHER)}\n\n${textOf(ID)}`);
      lab.answer();
      expect([fate(OTHER, givenAt), fate(ID, givenAt)]).toEqual(['read', 'read']);
    });

    it('says that it is lost when the model goes on and on without it; what was said before does not count', () => {
      for (let n = 0; n < 5; n++) lab.answer();
      const givenAt = lab.now();
      expect(fate(ID, givenAt)).toBeUndefined();
      // The next answer may have been on its way already.
      lab.answer();
      expect(fate(ID, givenAt)).toBeUndefined();
      lab.answer();
      expect(fate(ID, givenAt)).toBe('lost');
    });

    it('says nothing when it cannot read the record', () => {
      lab.loseRecord();
      expect(fate()).toBeUndefined();
      expect(lab.path.fate(ID, 'nobody', 0)).toBeUndefined();
    });

    it('says why it does not reach a session', () => {
      expect(lab.path.whyNot(lab.sessionId)).toBeUndefined();
      lab.cut();
      expect(lab.path.whyNot(lab.sessionId)).toMatch(/\w/);
    });
  });
}
