// What can be answered, as lists and the stream tell of it in any order: how a request ended is shown once it is known.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { OpenRequests } from '../../../public/approvals/open-requests.ts';
import { fakeLive } from '../fake-live.ts';

let listed: readonly string[];
beforeEach(() => {
  vi.useFakeTimers();
  listed = [];
  vi.stubGlobal('fetch', async () => {
    const requests = listed.map(requestId => ({ requestId, sessionId: 's1' }));
    return new Response(JSON.stringify({ type: 'approvals', requests }));
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A page whose connection tells what the test tells it. */
function lab() {
  const live = fakeLive();
  const requests = new OpenRequests(live);
  const told = vi.fn();
  requests.addEventListener('change', told);
  const tell = (type: string, requestId: string, data: object = {}): boolean =>
    live.dispatchEvent(
      new CustomEvent('events', { detail: [{ type, timestamp: Date.now(), data: { requestId, ...data } }] }),
    );
  const open = (): readonly string[] => requests.of('s1').map(({ requestId }) => requestId);
  const ended = (): readonly string[] =>
    requests.endedOf('s1', Date.now()).map(({ request, outcome }) => `${request.requestId} ${outcome}`);
  /** As the daemon has it now. */
  const list = async (...now: readonly string[]): Promise<void> => {
    listed = now;
    tell('permission.requested', 'any');
    await vi.advanceTimersByTimeAsync(1000);
  };
  return { tell, told, open, ended, list };
}

it('the end is shown also where a list came first that had the request no longer', async () => {
  const { tell, told, open, ended, list } = lab();
  await list('r1', 'r2');
  expect(open()).toEqual(['r1', 'r2']);
  await list('r2');
  expect([open(), ended()]).toEqual([['r2'], []]);
  told.mockClear();
  tell('permission.resolved', 'r1', { outcome: 'denied', by: 'page' });
  expect([open(), ended()]).toEqual([['r2'], ['r1 denied']]);
  expect(told).toHaveBeenCalledTimes(1);
});

it('a list that was under way brings back nothing that ended, and what was never here ends in silence', async () => {
  const { tell, told, open, ended, list } = lab();
  await list('r1');
  tell('permission.resolved', 'r1', { outcome: 'allowed', by: 'page' });
  await list('r1', 'r2');
  expect([open(), ended()]).toEqual([['r2'], ['r1 allowed']]);
  told.mockClear();
  tell('permission.resolved', 'r3', { outcome: 'allowed', by: 'page' });
  expect([open(), ended()]).toEqual([['r2'], ['r1 allowed']]);
  expect(told).not.toHaveBeenCalled();
});
