// Says that somebody waits for the user where they see it: in the title, on the tab, and, if they want, as a notification.
import type { SessionState } from '../../src/protocol/index.ts';
import { icon } from '../design/icons.ts';
import { keep, kept } from '../design/kept.ts';
import { join, line } from '../design/text.ts';
import { stateWords } from '../design/words.ts';
import type { Live } from '../live/live.ts';

const waits = (session: SessionState): boolean => session.state.startsWith('waiting');

interface Places {
  /** Switches notifications on and off. */
  readonly button: HTMLButtonElement;
  /** The address of a session. */
  readonly link: (sessionId: string) => string;
}

export interface Attention {
  /** Says which page this is. */
  title(words: string): void;
}

/** Watches the sessions. */
export function watchAttention(live: Live, { button, link }: Places): Attention {
  const favicon = document.querySelector('link[rel="icon"]');
  let page = '';
  let waiting = new Set<string>();
  let first = true;

  const title = (): void => {
    document.title = `${waiting.size > 0 ? `(${waiting.size}) ` : ''}${page} · hookline`;
    const wanted = `/assets/public/favicon${waiting.size > 0 ? '-waiting' : ''}.svg`;
    if (favicon?.getAttribute('href') !== wanted) favicon?.setAttribute('href', wanted);
  };

  live.on('state', () => {
    const now = live.sessions.filter(waits);
    const fresh = now.filter(({ sessionId }) => !waiting.has(sessionId));
    waiting = new Set(now.map(({ sessionId }) => sessionId));
    title();
    // Who waited before the page was opened is on the page already.
    if (!first) for (const session of fresh) tell(session);
    first = false;
  });

  const tell = (session: SessionState): void => {
    if (!enabled() || (document.hasFocus() && !document.hidden)) return;
    const { atTerminal, pendingPermission: asked, waitingFor } = session;
    const words = asked === undefined ? line(waitingFor) : join(line(asked.toolName, 60), line(asked.what));
    const shown = new Notification(
      `${live.nameOf(session.sessionId)}: ${atTerminal ? 'needs you at its terminal' : stateWords(session.state).toLowerCase()}`,
      {
        body: words || line(session.cwd),
        tag: session.sessionId,
        icon: '/assets/public/favicon-waiting.svg',
      },
    );
    shown.addEventListener('click', () => {
      window.focus();
      location.hash = link(session.sessionId);
      shown.close();
    });
  };

  const possible = 'Notification' in globalThis;
  const enabled = (): boolean =>
    possible && Notification.permission === 'granted' && kept('notify') === 'yes';
  const draw = (): void => {
    const denied = possible && Notification.permission === 'denied';
    const words = denied
      ? 'Notifications are blocked in the settings of this browser'
      : enabled()
        ? 'Notifications are on: you are told when a session needs you'
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
  });
  if (possible) draw();

  return {
    title(words) {
      page = words;
      title();
    },
  };
}
