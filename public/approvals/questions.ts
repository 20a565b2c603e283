// The questions that a session puts to its user, all at once: options to choose from, and room for words of one's own.
import type { Answer } from '../../src/protocol/index.ts';
import { el } from '../design/dom.ts';
import { field } from '../design/lookup.ts';
import { block, fieldList } from './body.ts';
import { exposed } from './exposed.ts';

interface Option {
  readonly label: string;
  readonly description: string;
  readonly others: readonly (readonly [string, unknown])[];
}

interface Question {
  readonly question: string;
  readonly header: string;
  readonly isMulti: boolean;
  readonly options: readonly Option[];
  readonly others: readonly (readonly [string, unknown])[];
}

export interface Questions {
  readonly node: HTMLElement;
  /** By the words of each question what was chosen; undefined until all of them have an answer. */
  answers(): NonNullable<Answer['answers']> | undefined;
}

/** Undefined when the input puts no questions as they are known. */
export function questionsIn(input: Readonly<Record<string, unknown>>): readonly Question[] | undefined {
  const { questions } = input;
  if (!Array.isArray(questions) || questions.length === 0) return undefined;
  const all = questions.map(questionOf).filter(one => one !== undefined);
  return all.length === questions.length ? all : undefined;
}

function questionOf(value: unknown): Question | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const {
    question,
    header = '',
    multiSelect = false,
    options = [],
    ...others
  } = value as Record<string, unknown>;
  if (typeof question !== 'string' || !Array.isArray(options)) return undefined;
  const all = options.map(optionOf);
  if (typeof header !== 'string' || all.includes(undefined)) return undefined;
  return {
    ...{ question, header, isMulti: multiSelect === true },
    options: all as Option[],
    others: Object.entries(others),
  };
}

function optionOf(value: unknown): Option | undefined {
  const [label, description = ''] = [field(value, 'label'), field(value, 'description')];
  if (typeof label !== 'string' || typeof description !== 'string') return undefined;
  const { label: _, description: __, ...others } = value as Record<string, unknown>;
  return { label, description, others: Object.entries(others) };
}

/**
 * @param id makes the names of the fields this request's own
 * @param canAnswer without it there is nothing to choose with
 * @param changed called when something was chosen or written
 */
export function makeQuestions(
  questions: readonly Question[],
  { id, canAnswer, changed }: { id: string; canAnswer: boolean; changed: () => void },
): Questions {
  const parts = questions.map((one, at) => makeQuestion(one, { id: `${id}-${at}`, canAnswer, changed }));
  return {
    node: el(
      'div.request-questions',
      {},
      parts.map(({ node }) => node),
    ),
    answers() {
      const chosen = parts.map(({ chosen }) => chosen());
      if (chosen.some(one => one.length === 0)) return undefined;
      return Object.fromEntries(questions.map(({ question }, at) => [question, oneOrAll(chosen[at] ?? [])]));
    },
  };
}

const oneOrAll = (chosen: readonly string[]): string | string[] =>
  chosen.length === 1 ? (chosen[0] ?? '') : [...chosen];

function makeQuestion(
  { question, header, isMulti, options, others }: Question,
  { id, canAnswer, changed }: { id: string; canAnswer: boolean; changed: () => void },
): { readonly node: HTMLElement; chosen(): string[] } {
  const inputs = options.map((_, at) =>
    el('input', {
      type: isMulti ? 'checkbox' : 'radio',
      name: id,
      id: `${id}-${at}`,
      onchange: () => choose(),
    }),
  );
  const own: HTMLInputElement = el('input.field', {
    type: 'text',
    autocomplete: 'off',
    placeholder: 'In your own words',
    'aria-label': 'In your own words',
    oninput: () => {
      if (!isMulti && own.value.trim() !== '') for (const one of inputs) one.checked = false;
      changed();
    },
  });
  const choose = (): void => {
    if (!isMulti) own.value = '';
    changed();
  };
  const node = el(
    'fieldset.request-question',
    {},
    el('legend.data', {}, exposed(question)),
    header === '' ? undefined : el('p.faint.tiny.data', {}, exposed(header)),
    options.map((option, at) =>
      el(
        'div.request-option',
        {},
        canAnswer ? inputs[at] : undefined,
        el(
          'label.data',
          { for: canAnswer ? `${id}-${at}` : undefined },
          el('strong', {}, exposed(option.label)),
          option.description === '' ? undefined : el('span.soft.small', {}, exposed(option.description)),
        ),
        option.others.length === 0 ? undefined : optionMore(option.others),
      ),
    ),
    canAnswer ? own : undefined,
    others.length === 0 ? undefined : fieldList(others),
  );
  return {
    node,
    chosen: () => {
      const words = own.value.trim();
      const labels = options.filter((_, at) => inputs[at]?.checked).map(({ label }) => label);
      return words === '' ? labels : [...labels, words];
    },
  };
}

/** What else an option has: a preview as it is, everything else by its name. */
const optionMore = (others: Option['others']): HTMLElement =>
  el(
    'div.request-option-more',
    {},
    others.map(entry => {
      const [name, value] = entry;
      return name === 'preview' && typeof value === 'string' ? block(value) : fieldList([entry]);
    }),
  );
