// The connection of a page, which tells what a test tells it.
import type { Live } from '../../public/live/live.ts';

export function fakeLive(): Live {
  const target = new EventTarget();
  const live = Object.assign(target, {
    phase: { phase: 'live' },
    on: (name: string, hear: (event: Event) => void, options: AddEventListenerOptions) =>
      target.addEventListener(name, hear, options),
  });
  return live as unknown as Live;
}
