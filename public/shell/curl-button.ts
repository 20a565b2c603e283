// The button that copies what a view shows as a cURL command.
import { el } from '../design/dom.ts';
import { icon } from '../design/icons.ts';

const LABEL = 'Copy as cURL';

export const curlButton = (): HTMLElement =>
  el(
    'button.button.quiet.square',
    { type: 'button', 'aria-label': LABEL, title: `${LABEL}: the API behind this`, onclick: copyCurl },
    icon('copy'),
  );

/** Copies it; what makes the command is loaded when somebody wants one. */
export async function copyCurl(): Promise<void> {
  await (await import('./curl.ts')).copyCurl();
}
