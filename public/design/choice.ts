// Buttons of which one is chosen.
import { el } from './dom.ts';

export interface Choice {
  readonly node: HTMLElement;
  draw(chosen: string): void;
}

/** @param names what each value is called */
export function makeChoice(
  label: string,
  names: Readonly<Record<string, string>>,
  choose: (value: string) => void,
): Choice {
  const buttons = Object.entries(names).map(([value, name]) => ({
    value,
    button: el('button', { type: 'button', onclick: () => choose(value) }, name),
  }));
  return {
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
