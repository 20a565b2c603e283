// Buttons of which one is chosen, by a parameter of the address.
import { el } from '../design/dom.ts';
import type { App } from '../shell/app.ts';

export interface Choice {
  readonly label: string;
  readonly values: Readonly<Record<string, string>>;
  /** What is chosen until somebody chooses. */
  readonly first: string;
}

export interface Pick<Name extends string> {
  readonly name: Name;
  readonly node: HTMLElement;
  draw(chosen: string): void;
}

export function makeChoice<Name extends string>(
  name: Name,
  { label, values }: Choice,
  { replace }: App,
): Pick<Name> {
  const buttons = Object.entries(values).map(([value, words]) => ({
    value,
    button: el('button', { type: 'button', onclick: () => replace({ [name]: value }) }, words),
  }));
  return {
    name,
    node: el(
      'div.choice',
      { role: 'group', 'aria-label': label },
      buttons.map(({ button }) => button),
    ),
    draw(chosen) {
      for (const { value, button } of buttons) button.setAttribute('aria-pressed', String(value === chosen));
    },
  };
}
