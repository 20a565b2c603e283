// Says that somebody waits for the user, or that a budget is spent, where they see it: in the title, on the tab, and, if they want, as a notification.
import type { EventEnvelope } from '../../src/protocol/index.ts';
import type { OpenRequests } from '../approvals/open-requests.ts';
import { icon } from '../design/icons.ts';
import { keep, kept } from '../design/kept.ts';
import type { Live } from '../live/live.ts';
import { crossedIn } from './crossed.ts';
import { endedIn, firedIn } from './fired.ts';
import { tell as say } from './toast.ts';
import { type Want, wantsOf } from './wants.ts';

/** What was told is remembered, so that nothing is told twice; so much of it. */
const REMEMBERED = 1000;
/** How long a page has other things to do before it sees to what is pushed, in milliseconds. */
const PUSH_MS = 5000;

interface Places {
  /** Switches notifications on and off. */
  readonly button: HTMLButtonElement;
  /** The address of a session; of none, where it is said what was used. */
  readonly link: (sessionId: string) => string;
}

export interface Attention {
  /** Says which page this is. */
  title(words: string): void;
}

/** Watches the sessions, and what they ask. */
export function watchAttention(live: Live, requests: OpenRequests, { button, link }: Places): Attention {
  const favicon = document.querySelector('link[rel="icon"]');
  let page = '';
  /** Sessions that wait. */
  let waiting = 0;
  /** What was told, or was there before anything could be. */
  const known = new Set<string>();
  const shown = new Map<string, Notification>();
  /** Those of alerts. */
  const alerted = new Map<string, Notification>();

  const title = (): void => {
    document.title = `${waiting > 0 ? `(${waiting}) ` : ''}${page} · hookline`;
    const wanted = `/assets/public/favicon${waiting > 0 ? '-waiting' : ''}.svg`;
    if (favicon?.getAttribute('href') !== wanted) favicon?.setAttribute('href', wanted);
  };

  /** Whether it is told for the first time. */
  const isNews = ({ key }: Want): boolean => {
    if (known.has(key)) return false;
    known.add(key);
    const [oldest] = known;
    if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
    return true;
  };

  /** Who waited before the page was opened is on the page already. */
  let isNew = false;
  const look = (): readonly Want[] => {
    const wants = wantsOf({ sessions: live.sessions, agents: live.agents, requests: requests.all });
    waiting = new Set(wants.map(({ sessionId }) => sessionId)).size;
    title();
    for (const one of wants) {
      const notification = isNews(one) && isNew ? tell(one) : undefined;
      if (notification) shown.set(one.key, notification);
    }
    isNew ||= live.known && requests.known;
    return wants;
  };
  /**
   * Answered, here or elsewhere: nobody is to come for it any more. That a request is in the list no more does not say so: it may wait
   * at its terminal, which the state tells.
   */
  const takeBack = (wants: readonly Want[]): void => {
    const keys = new Set(wants.map(({ key }) => key));
    for (const [key, notification] of shown) {
      if (keys.has(key)) continue;
      notification.close();
      shown.delete(key);
    }
  };
  live.on('state', () => takeBack(look()));
  live.on('events', ({ detail }) => {
    for (const one of crossedIn(detail, Date.now())) if (isNews(one)) tell(one);
    for (const event of detail) hearAlert(event);
  });
  requests.addEventListener('change', look);

  /** Whoever looks at the page is told there. */
  const hearAlert = (event: EventEnvelope): void => {
    const [fired, ended] = [firedIn(event), endedIn(event)];
    if (ended !== undefined) alerted.get(ended)?.close();
    if (fired === undefined || !isNews(fired)) return;
    if (document.hasFocus() && !document.hidden)
      return say(`${fired.title}${fired.body && `: ${fired.body}`}`);
    const notification = tell(fired);
    if (notification === undefined) return;
    alerted.set(fired.key, notification);
    notification.addEventListener('close', () => alerted.delete(fired.key));
  };

  const tell = ({ key, sessionId, title: words, body, isWhole }: Want): Notification | undefined => {
    if (!enabled() || (document.hasFocus() && !document.hidden)) return undefined;
    const one = new Notification(sessionId === '' || isWhole ? words : `${live.nameOf(sessionId)} ${words}`, {
      ...{ body, tag: key },
      icon: '/assets/public/favicon-waiting.svg',
    });
    one.addEventListener('close', () => shown.delete(key));
    one.addEventListener('click', () => {
      window.focus();
      location.hash = link(sessionId);
      one.close();
    });
    return one;
  };

  const possible = 'Notification' in globalThis;
  const enabled = (): boolean =>
    possible && Notification.permission === 'granted' && kept('notify') === 'yes';
  const draw = (): void => {
    const denied = possible && Notification.permission === 'denied';
    const words = denied
      ? 'Notifications are blocked in the settings of this browser'
      : enabled()
        ? 'Notifications are on: you are told when a session needs you, or a budget is spent'
        : 'Notify me when a session needs me';
    button.replaceChildren(icon(enabled() ? 'bellOn' : 'bell'));
    button.setAttribute('aria-pressed', String(enabled()));
    button.setAttribute('aria-label', denied ? words : 'Notifications when a session needs me');
    button.title = words;
    button.disabled = denied;
  };
  button.hidden = !possible;
  button.addEventListener('click', async () => {
    if (enabled()) keep('notify', 'no');
    else if ((await Notification.requestPermission()) === 'granted') keep('notify', 'yes');
    draw();
    await push(message => say(`This browser is not told while the page is closed: ${message}`));
  });
  /** Where rules push, it is told while the page is closed too, or not any more. */
  const push = async (failed: (message: string) => void): Promise<void> => {
    const { subscribe, unsubscribe } = await import('../alerts/push.ts');
    await (enabled() ? subscribe() : unsubscribe()).catch((error: Error) => failed(error.message));
  };
  if (possible) draw();
  // What was subscribed may have been forgotten, here or there; whoever wants it hears of trouble when they switch it on.
  if (enabled()) setTimeout(() => void push(() => {}).catch(() => {}), PUSH_MS);

  return {
    title(words) {
      page = words;
      title();
    },
  };
}
