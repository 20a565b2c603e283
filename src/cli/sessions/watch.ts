// Keeps the table of sessions on the screen and up to date.
import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { RefusedError, type Status } from '../../client/index.ts';
import { Failure } from '../failure.ts';
import { selfCommand } from '../invocation.ts';
import { connectClient } from '../stream.ts';
import type { Colors } from '../terminal.ts';
import { type State, sessionTable } from './table.ts';

/** What changes anything in the table. */
const TOPICS = '{session,agent,prompt,turn,tool,permission,elicitation,message,usage}.*';
/** Shortest time between two looks at the daemon, in milliseconds. */
const REST_MS = 200;
/** How often the times in the table are counted on, in milliseconds. */
const TICK_MS = 1000;

/** As long as a timer can be. */
const EVER_MS = 2 ** 31 - 1;

/** Where the table is drawn. */
export interface Canvas {
  readonly columns: number;
  draw(lines: readonly string[]): void;
}

/**
 * Draws until the signal, through restarts of the daemon, and says while it is away.
 *
 * @throws Failure when the daemon refuses us for good.
 */
export async function watchSessions(
  home: string,
  canvas: Canvas,
  colors: Colors,
  signal: AbortSignal,
): Promise<void> {
  let state: State | undefined;
  let away: string | undefined;
  const bell = new EventEmitter();
  const ring = (): void => void bell.emit('news');
  const draw = (): void => {
    const style = { colors, columns: canvas.columns, now: Date.now() };
    const lines = state ? sessionTable(state, style) : [];
    if (state?.sessions.length === 0) lines.push(colors.dim('No sessions at the moment.'));
    canvas.draw(away === undefined ? lines : [...lines, colors.yellow(`hookline: ${away}; reconnecting…`)]);
  };
  const onStatus = ({ state: now, reason }: Status): void => {
    if (now === 'waiting') away ??= reason ?? 'the connection was lost';
    if (now === 'live') away = undefined;
    if (now === 'waiting' || now === 'live') draw();
    ring();
  };
  const client = connectClient(home, { signal, answers: false, onStatus });
  client.on(TOPICS, ring, { onLoss: ring }).done.catch(ring);
  const timer = setInterval(draw, TICK_MS);
  try {
    for (;;) {
      const news = once(bell, 'news', { signal });
      news.catch(() => {}); // It is awaited below, if nothing else fails before.
      state = await client.getSnapshot({ signal, timeoutMs: EVER_MS });
      draw();
      await Promise.all([news, delay(REST_MS, undefined, { signal })]);
    }
  } catch (error) {
    if (error instanceof RefusedError)
      throw new Failure(`${error.message}; try: ${selfCommand()} doctor`, { cause: error });
    if (!signal.aborted) throw error;
  } finally {
    clearInterval(timer);
    client.close();
  }
}
