// What the board says in words: how many do what, and what to do when there is nobody.
import { command } from '../design/command.ts';
import { el } from '../design/dom.ts';
import type { Need } from './need.ts';

/** `2 need you, 1 failed, 40 working` */
export function summaryWords(sorted: ReadonlyMap<Need, readonly unknown[]>): string {
  const number = (need: Need): number => sorted.get(need)?.length ?? 0;
  const parts: readonly (readonly [number, string])[] = [
    [number('waiting'), number('waiting') === 1 ? 'needs you' : 'need you'],
    [number('failed'), 'failed'],
    [number('working'), 'working'],
    [number('idle'), 'idle'],
  ];
  return parts
    .filter(([many]) => many > 0)
    .map(([many, word]) => `${many} ${word}`)
    .join(', ');
}

export function headWords(sums: string, then: boolean, lost: boolean): string {
  if (then) return `Then: ${sums || 'no session'}`;
  return lost ? `As last heard: ${sums || 'no session'}` : sums;
}

export function drawEmpty(node: HTMLElement, sessions: number, when: 'now' | 'then'): void {
  node.hidden = sessions > 0;
  if (node.hidden || node.dataset['when'] === when) return;
  node.dataset['when'] = when;
  node.replaceChildren(
    ...(when === 'then'
      ? [el('p', {}, 'No session was running then.')]
      : [
          el('p', {}, 'No session is running.'),
          el(
            'p',
            {},
            'Start Claude Code in any folder and it appears here. If it does not, ',
            el('code', {}, command('doctor')),
            ' says why.',
          ),
        ]),
  );
}
