// The answers that a request may have, as buttons: each says what it does, and none does more.
import type { Answer, RequestOfApproval } from '../../src/protocol/index.ts';
import { el, setOptional } from '../design/dom.ts';
import type { Questions } from './questions.ts';
import { refusalWords } from './words.ts';

/** The keys that press a button. */
export type AnswerKey = 'a' | 'd';

export interface Answers {
  readonly node: HTMLElement;
  /** Whether anything can be pressed: not before it was seen, nor while the daemon is away. */
  draw(isReady: boolean): void;
  /** Presses what a key stands for, as things stand; false when it stands for nothing. */
  press(key: AnswerKey): boolean;
}

interface Choice {
  readonly label: string;
  readonly title?: string;
  readonly key?: AnswerKey;
  readonly kind?: 'first' | 'quiet';
  readonly isPossible?: () => boolean;
  readonly run: () => void;
}

/**
 * @param send answers; rejects with ApiError, and the buttons are there again
 * @param questions where it asks some
 */
export function makeAnswers(
  { kind, input, requestId }: RequestOfApproval,
  send: (answer: Answer) => Promise<void>,
  questions: Questions | undefined,
): Answers & { changed(): void } {
  const problem = el('p.bad.small.data', { role: 'alert', hidden: true });
  const row = el('div.request-buttons');
  const more = el('div.request-buttons.more');
  const node = el('div.request-answers', {}, problem, row, more);
  let drawn: { choice: Choice; button: HTMLButtonElement }[] = [];
  let isBusy = false;
  let isReady = false;

  async function say(answer: Answer): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    setOptional(problem, '');
    enable();
    try {
      await send(answer);
    } catch (error) {
      isBusy = false;
      setOptional(problem, refusalWords(error));
      enable();
    }
  }

  const enable = (): void => {
    for (const { choice, button } of drawn)
      button.disabled = isBusy || !isReady || choice.isPossible?.() === false;
  };

  function offer(choices: readonly Choice[], above?: HTMLElement): void {
    drawn = choices.map(choice => ({ choice, button: buttonOf(choice) }));
    const [rare, usual] = [true, false].map(isRare =>
      drawn.filter(({ choice }) => (choice.kind === 'quiet') === isRare).map(({ button }) => button),
    );
    row.replaceChildren(...(usual ?? []));
    more.replaceChildren(...(rare ?? []));
    node.replaceChildren(...(above ? [above] : []), problem, row, more);
    enable();
  }

  const plain = (): void => offer(CHOICES[kind]);

  /** A text, and what to do with it. */
  function write(
    label: string,
    text: string,
    choice: Omit<Choice, 'run'>,
    run: (text: string) => void,
  ): void {
    const id = `${requestId}-text`;
    const area = el('textarea.field', { id, rows: 3, spellcheck: 'false' });
    area.value = text;
    area.addEventListener('input', enable);
    const isPossible = (): boolean => area.value.trim() !== '';
    const back: Choice = { label: 'Back', kind: 'quiet', run: plain };
    offer(
      [{ ...choice, isPossible, run: () => run(area.value) }, back],
      el('div.request-text', {}, el('label.small', { for: id }, label), area),
    );
    area.focus();
  }

  const allow: Choice = {
    ...{ label: 'Allow', title: 'This once', key: 'a', kind: 'first' },
    run: () => void say({ behavior: 'allow' }),
  };
  const denial = (label: string): Choice => ({ label, key: 'd', run: () => void say({ behavior: 'deny' }) });
  const why = (label: string): Choice => ({
    ...{ label, kind: 'quiet' },
    run: () =>
      write(
        'Why not; the model reads it',
        '',
        { label: 'Deny' },
        message => void say({ behavior: 'deny', message: message.trim() }),
      ),
  });
  const always: Choice = {
    ...{ label: 'Allow in this session', kind: 'quiet' },
    title: 'This very command, this file, or else this tool is not asked about again in this session',
    run: () => void say({ behavior: 'allow', forSession: true }),
  };
  const { command } = input;
  const change: Choice = {
    ...{ label: 'Change it…', title: 'Allow another command instead', kind: 'quiet' },
    run: () =>
      write(
        'The command that runs instead',
        String(command),
        { label: 'Allow this command', kind: 'first' },
        text =>
          void say({
            behavior: 'allow',
            ...(text === command ? {} : { updatedInput: { ...input, command: text } }),
          }),
      ),
  };
  const accept =
    (mode: 'default' | 'acceptEdits'): (() => void) =>
    () =>
      void say({ behavior: 'allow', mode });
  const CHOICES: Readonly<Record<RequestOfApproval['kind'], readonly Choice[]>> = {
    permission: [
      allow,
      denial('Deny'),
      always,
      ...(typeof command === 'string' ? [change] : []),
      why('Say why not…'),
    ],
    plan: [
      {
        label: 'Accept, ask for edits',
        title: 'Every edit is asked about',
        key: 'a',
        kind: 'first',
        run: accept('default'),
      },
      { label: 'Accept, and its edits', title: 'Edits are not asked about', run: accept('acceptEdits') },
      denial('Keep planning'),
      why('Say what to change…'),
    ],
    question:
      questions === undefined
        ? [denial('Do not answer'), why('Say why not…')]
        : [
            {
              ...{ label: 'Answer', kind: 'first' },
              isPossible: () => questions.answers() !== undefined,
              run: () => {
                const answers = questions.answers();
                if (answers !== undefined) void say({ behavior: 'allow', answers });
              },
            },
            denial('Do not answer'),
            why('Say something else…'),
          ],
  };
  plain();

  return {
    node,
    changed: enable,
    draw(ready) {
      if (ready === isReady) return;
      isReady = ready;
      enable();
    },
    press(key) {
      const found = drawn.find(({ choice, button }) => choice.key === key && !button.disabled);
      found?.choice.run();
      return found !== undefined;
    },
  };
}

function buttonOf({ label, title, key, kind, run }: Choice): HTMLButtonElement {
  const classes = kind === undefined ? '' : `.${kind}`;
  return el(
    `button.button${classes}` as 'button.button',
    { type: 'button', title, 'aria-keyshortcuts': key, onclick: run },
    label,
    key === undefined ? undefined : el('kbd', { 'aria-hidden': 'true' }, key),
  );
}
