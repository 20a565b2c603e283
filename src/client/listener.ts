// Callbacks instead of a loop.
import type { Listener, Subscription } from './types.ts';

/** Calls the handler with every item, and waits for it before the next one. */
export function listen<T>(subscription: Subscription<T>, handler: (item: T) => unknown): Listener {
  const work = async (): Promise<void> => {
    for await (const item of subscription) await handler(item);
  };
  return {
    get position() {
      return subscription.position;
    },
    ready: subscription.ready,
    done: work(),
    off: () => subscription.close(),
  };
}
