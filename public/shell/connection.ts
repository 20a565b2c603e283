// The connection in the top bar: whether it stands, up to which seq everything is here, and whether something never came.
import { setText } from '../design/dom.ts';
import { count, plural } from '../design/format.ts';
import { onceAFrame } from '../design/frame.ts';
import type { Live } from '../live/live.ts';

const WORDS: Readonly<Record<Live['phase']['phase'], string>> = {
  connecting: 'connecting',
  live: 'live',
  refused: 'refused',
  waiting: 'offline',
};

/** Fills an element of the page, which has a place for each of the parts. */
export function showConnection(live: Live, node: HTMLElement): void {
  const part = (name: string): HTMLElement => {
    const found = node.querySelector<HTMLElement>(`[data-part="${name}"]`);
    if (found === null) throw new Error(`the connection has no place for its ${name}`);
    return found;
  };
  const phase = part('phase');
  const retry = part('retry');
  const seq = part('seq');
  const gaps = part('gaps');
  /** Every attempt to come back is still offline. */
  let away = false;

  const draw = (): void => {
    const now = live.phase;
    node.dataset['phase'] = now.phase;
    away = now.phase === 'waiting' || (away && now.phase !== 'live');
    const seconds = Math.max(0, Math.ceil(((now.retryAt ?? 0) - Date.now()) / 1000));
    // Only the word is announced: whoever listens need not hear seconds go by.
    setText(phase, away ? WORDS.waiting : WORDS[now.phase]);
    setText(retry, now.phase === 'waiting' ? `, retrying in ${seconds} s` : away ? ', trying' : '');
    setText(seq, live.position ? `seq ${count(live.position.seq)}` : '');
    seq.title = live.position ? `epoch ${live.position.epoch}` : '';
    gaps.hidden = live.gaps.length === 0;
    const missing = live.gaps.reduce((sum, { from, to }) => sum + to - from + 1, 0);
    setText(gaps, live.gaps.length > 0 ? `${plural(missing, 'event')} missing` : '');
  };

  live.on('position', onceAFrame(draw));
  live.on('phase', () => {
    draw();
    if (live.phase.phase === 'refused') void leaveIfLoggedOut();
  });
  live.on('rows', draw);
  setInterval(() => live.phase.phase === 'waiting' && draw(), 1000);
  draw();
}

// A WebSocket does not tell why it was refused; plain HTTP does. Without a login the server answers with the login page.
async function leaveIfLoggedOut(): Promise<void> {
  const answer = await fetch('/api/usage').catch(() => undefined);
  if (answer?.status === 401) location.reload();
}
