// The alerts that are open, over the page: what is the matter, what to do, and that somebody has seen it.
import type { OpenAlert } from '../../src/protocol/index.ts';
import { el } from '../design/dom.ts';
import { ago } from '../design/format.ts';
import { icon } from '../design/icons.ts';
import { line } from '../design/text.ts';
import { showModal } from '../keys/modal.ts';
import { ApiError, ask } from '../live/api.ts';
import type { Live } from '../live/live.ts';
import { may } from '../live/may.ts';
import { href } from '../shell/route.ts';
import { tell } from '../shell/toast.ts';

export function showAlerts(live: Live): void {
  const over = new AbortController();
  const list = el('ul.alert-list');
  /** Drawn again only where something has changed: the focus stays where it is. */
  const rows = new Map<string, HTMLElement>();
  const draw = (): void => {
    const ids = new Set(live.alerts.map(({ alertId }) => alertId));
    for (const [id, row] of rows) if (!ids.has(id)) leave(row, () => rows.delete(id));
    for (const alert of live.alerts) {
      const row = rows.get(alert.alertId) ?? rowOf(alert);
      rows.set(alert.alertId, row);
      if (!row.isConnected) list.append(row);
    }
    if (live.alerts.length === 0) dialog.close();
  };
  const close = el(
    'button.button.quiet.square',
    { type: 'button', 'aria-label': 'Close', title: 'Close (Escape)', onclick: () => dialog.close() },
    icon('close'),
  );
  const dialog = showModal(
    'alerts',
    'Alerts',
    el('header.modal-head', {}, el('h2', {}, 'Alerts'), close),
    el('div.alert-body', { tabindex: 0, role: 'region', 'aria-label': 'Open alerts' }, list),
  );
  dialog.addEventListener('close', () => over.abort());
  live.on('state', draw, { signal: over.signal });
  draw();

  /** Whoever was on it goes on with the next one. */
  function leave(row: HTMLElement, forget: () => void): void {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    const hadFocus = row.contains(document.activeElement);
    row.remove();
    forget();
    if (hadFocus) (next?.querySelector('button') ?? close).focus();
  }
}

function rowOf({ alertId, sessionId, title, text, advice, since }: OpenAlert): HTMLElement {
  const where = sessionId === '' ? href('usage') : href('session', sessionId);
  return el(
    'li',
    {},
    el(
      'div',
      {},
      el('a.alert-title', { href: where }, line(title, 200)),
      el('span.small.faint', {}, ` ${ago(Date.now() - since)}`),
      text === '' ? undefined : el('p.data', {}, line(text, 300)),
      el('p.small.soft', {}, line(advice, 200)),
    ),
    may('control') ? seenButton(alertId, title) : undefined,
  );
}

function seenButton(alertId: string, title: string): HTMLElement {
  // Not disabled meanwhile: it would lose the focus.
  let isAsked = false;
  return el(
    'button.button',
    {
      type: 'button',
      'aria-label': `Acknowledge: ${line(title, 200)}`,
      onclick: async () => {
        if (isAsked) return;
        isAsked = true;
        try {
          await ask('POST', `/api/alerts/${alertId}/acknowledge`);
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
          // One that is over leaves the list by itself.
          if (error.status === 404) return;
          isAsked = false;
          tell(error.message);
        }
      },
    },
    'Acknowledge',
  );
}
