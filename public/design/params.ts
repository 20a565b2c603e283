// Choices that are parameters of the address: what is chosen is in every link to the view.
import type { App } from '../shell/app.ts';
import { makeChoice } from './choice.ts';

/** What can be chosen, the words for it, and what is until somebody chooses. */
export interface Option {
  readonly label: string;
  readonly values: Readonly<Record<string, string>>;
  readonly first: string;
}

/** The time that a view is about, in days. */
export const TIME: Option = {
  label: 'Time',
  values: { 7: '7 days', 30: '30 days', 90: '90 days', all: 'All' },
  first: '30',
};

export interface Choices<Name extends string> {
  readonly nodes: readonly HTMLElement[];
  /** Shows what an address has chosen, and gives it. */
  read(params: URLSearchParams): Readonly<Record<Name, string>>;
}

/** Buttons for each of some parameters. */
export function makeChoices<Name extends string>(
  options: Readonly<Record<Name, Option>>,
  { replace }: Pick<App, 'replace'>,
): Choices<Name> {
  const all = (Object.keys(options) as Name[]).map(name => {
    const { label, values, first } = options[name];
    return { name, values, first, choice: makeChoice(label, values, value => replace({ [name]: value })) };
  });
  return {
    nodes: all.map(({ choice }) => choice.node),
    read(params) {
      const chosen = all.map(({ name, values, first, choice }) => {
        const asked = params.get(name) ?? '';
        const value = Object.hasOwn(values, asked) ? asked : first;
        choice.draw(value);
        return [name, value] as const;
      });
      return Object.fromEntries(chosen) as Record<Name, string>;
    },
  };
}
