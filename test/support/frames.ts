// The frames of a WebSocket, kept as they come, for tests that ask what came and in which order.
import type WebSocket from 'ws';
import type { RawData } from 'ws';

/** A frame as it came; which fields it has depends on its type. */
export interface Frame {
  type: string;
  seq?: number;
  sessionId?: string;
  agentId?: string;
  timestamp?: number;
  data?: Record<string, unknown>;
  [field: string]: unknown;
}

export const isEvent = (frame: Frame): boolean => typeof frame.timestamp === 'number' && 'data' in frame;

export interface Kept {
  /** Everything that came, oldest first. */
  readonly frames: readonly Frame[];
  /** The first frame, come or yet to come, that `wanted` accepts, after the first `from` ones (default 0). @throws when none comes in time or the socket closes */
  waitFor(what: string, wanted: (frame: Frame) => boolean, options: Wait): Promise<Frame>;
  /** Resolves with the close code and reason. */
  readonly closed: Promise<{ code: number; reason: string }>;
}

export interface Wait {
  readonly timeoutMs: number;
  readonly from?: number;
}

/** How late every frame reaches the test, in milliseconds, as on a busy machine: `TEST_LAG_MS`, default 0. What looks at one thing and then counts another fails at once with it, not one day. */
const LAG_MS = Number(process.env['TEST_LAG_MS'] ?? 0);

/** Does what comes from the socket, or that much later; the order stays. */
function lagging(take: () => void): void {
  if (LAG_MS > 0) setTimeout(take, LAG_MS);
  else take();
}

export function keepFrames(socket: WebSocket): Kept {
  const frames: Frame[] = [];
  const watchers = new Set<() => void>();
  let end: string | undefined;
  const notify = (): void => {
    for (const watcher of [...watchers]) watcher();
  };
  const take = (raw: RawData): void => {
    frames.push(JSON.parse(String(raw)) as Frame);
    notify();
  };
  socket.on('message', raw => lagging(() => take(raw)));
  socket.on('error', error => {
    end ??= error.message;
  });
  const closed = new Promise<{ code: number; reason: string }>(resolve => {
    const finish = (code: number, reason: string): void => {
      end ??= `closed with ${code} ${reason}`;
      notify();
      resolve({ code, reason });
    };
    socket.on('close', (code, reason) => lagging(() => finish(code, String(reason))));
  });

  function waitFor(what: string, wanted: (frame: Frame) => boolean, wait: Wait): Promise<Frame> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        clearTimeout(timer);
        watchers.delete(look);
        finish();
      };
      const fail = (why: string): void => {
        const had = frames.slice(-40).map(frame => JSON.stringify(frame).slice(0, 160));
        settle(() => reject(new Error(`${what} did not come: ${why}; last came\n${had.join('\n')}`)));
      };
      const timer = setTimeout(() => fail(`nothing within ${wait.timeoutMs} ms`), wait.timeoutMs);
      let looked = wait.from ?? 0;
      const look = (): void => {
        for (; looked < frames.length; looked++) {
          const frame = frames[looked];
          if (frame && wanted(frame)) return settle(() => resolve(frame));
        }
        if (end !== undefined) fail(end);
      };
      watchers.add(look);
      look();
    });
  }
  return { frames, waitFor, closed };
}
