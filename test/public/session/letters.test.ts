// Messages in a session's story: shown once, where they arrived, and never further than their events have them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Item, MessageItem, WordsItem } from '../../../public/session/items.ts';
import { Story } from '../../../public/session/story.ts';
import type { EventEnvelope } from '../../../src/protocol/index.ts';

const event = (seq: number, type: string, data: Record<string, unknown>): EventEnvelope => ({
  ...{ type, seq, timestamp: seq * 1000, sessionId: 's1', source: 'hookline', data },
});
const step = (seq: number, state: string, more: object = {}): EventEnvelope =>
  event(seq, `inbox.${state}`, { messageId: 'm1', from: 'ci', to: 's1', name: 's1', ...more });
const prompt = (seq: number, text = 'hello', id = 'm1'): EventEnvelope =>
  event(seq, 'prompt.submitted', {
    prompt: `[hookline message id=${id} from=ci via=http unverified]\n${text}\nreply: hookline send --to ci`,
  });

const letters = (story: Story): (MessageItem | WordsItem)[] =>
  (story.lane('')?.items ?? []).filter(
    (item: Item): item is MessageItem | WordsItem => item.kind === 'message' || item.kind === 'prompt',
  );
function storyOf(events: readonly EventEnvelope[]): Story {
  const story = new Story();
  story.add(events);
  return story;
}

describe('a message in the conversation', () => {
  it('stands by itself until the session was given it, and then where that was', () => {
    const story = storyOf([step(1, 'queued', { message: 'hello' })]);
    expect(letters(story)).toMatchObject([
      { kind: 'message', at: 1000, letter: { text: 'hello', state: 'queued' } },
    ]);
    story.add([step(2, 'accepted', { path: 'inbox-socket' })]);
    expect(letters(story)).toMatchObject([
      { kind: 'message', letter: { state: 'accepted', path: 'inbox-socket' } },
    ]);
    story.add([prompt(3)]);
    // Its words are there; that it has arrived is told by the event that follows.
    expect(letters(story)).toMatchObject([
      { kind: 'prompt', at: 3000, text: 'hello', letter: { state: 'accepted' } },
    ]);
    story.add([step(4, 'delivered')]);
    expect(letters(story)).toMatchObject([
      { kind: 'prompt', at: 3000, letter: { state: 'delivered', from: 'ci' } },
    ]);
    expect(story.counts.prompts).toBe(1);
  });

  it('says who wrote it where hookline does not know it', () => {
    const other =
      '<cross-session-message from="uds:/x" from-name="docs">\nlook at this\n</cross-session-message>';
    const story = storyOf([event(1, 'prompt.submitted', { prompt: other })]);
    expect(letters(story)).toMatchObject([
      { kind: 'prompt', text: 'look at this', letter: { id: '', from: 'docs', state: undefined } },
    ]);
  });

  it('that was held, and refused, says why, and stays where it came', () => {
    const story = storyOf([
      step(1, 'queued', { message: 'hello' }),
      step(2, 'accepted'),
      step(3, 'held', { reason: 'its user has to let it in' }),
      step(4, 'dead', { reason: 'its user did not let it in' }),
    ]);
    expect(letters(story)).toMatchObject([
      { kind: 'message', at: 1000, letter: { state: 'dead', reason: 'its user did not let it in' } },
    ]);
  });

  it('has the state of its newest event, however pages of the log and live events come in', () => {
    const all = [
      step(1, 'queued', { message: 'hello' }),
      step(2, 'accepted', { path: 'inbox-socket' }),
      step(3, 'queued', { reason: 'the session took no note of it' }),
      step(4, 'accepted', { path: 'inbox-socket' }),
      prompt(5),
      step(6, 'delivered', { path: 'inbox-socket' }),
    ];
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 }), (one, two) => {
        const [from, to] = [Math.min(one, two), Math.max(one, two)];
        const story = new Story();
        const known: EventEnvelope[] = [];
        for (const page of [all.slice(from, to), all.slice(to), all.slice(0, from).toReversed()]) {
          story.add(page);
          known.push(...page);
          const newest = known
            .filter(({ type }) => type.startsWith('inbox.'))
            .toSorted((left, right) => right.seq - left.seq)[0];
          for (const { letter } of letters(story))
            expect(letter?.state, JSON.stringify(page)).toBe(newest?.type.slice('inbox.'.length));
        }
        expect(letters(story)).toHaveLength(1);
        expect(letters(story)[0]).toMatchObject({ kind: 'prompt', at: 5000 });
      }),
    );
  });

  it('keeps apart what has the same words', () => {
    const story = storyOf([prompt(1, 'again', 'm1'), prompt(2, 'again', 'm2')]);
    expect(letters(story).map(({ letter }) => letter?.id)).toEqual(['m1', 'm2']);
  });

  it('does not make a session that is over longer', () => {
    const story = storyOf([event(1, 'tool.use', { toolName: 'Bash', toolUseId: 't', input: {} })]);
    story.add([step(50, 'queued', { message: 'x' }), step(90, 'expired')]);
    expect(story.lane('')?.heard).toBe(1000);
  });
});
