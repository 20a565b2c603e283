// Says in the bar how many alerts are open, as long as any is; its list is loaded when somebody wants it.
import { plural } from '../design/format.ts';
import { icon } from '../design/icons.ts';
import type { Live } from '../live/live.ts';
import { tell } from './toast.ts';

export function watchAlerts(live: Live, button: HTMLButtonElement): void {
  const draw = (): void => {
    const { length } = live.alerts;
    button.hidden = length === 0;
    button.replaceChildren(icon('alert'), String(length));
    button.setAttribute('aria-label', `${plural(length, 'alert')} open`);
  };
  live.on('state', draw);
  draw();
  button.addEventListener('click', async () => {
    const list = await import('../alerts/list.ts').catch(() => undefined);
    if (list) list.showAlerts(live);
    else tell('hookline does not answer');
  });
}
