// Figures for Prometheus: what the daemon counted, and what its process takes up.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await startTestDaemon();
});
afterAll(() => daemon.stop());

async function metrics(): Promise<Map<string, number>> {
  const text = await (await daemon.get('/metrics')).text();
  return new Map(
    [...text.matchAll(/^(\w+) (\S+)$/gm)].map(([, name, value]) => [String(name), Number(value)]),
  );
}

it('tell heap, external and resident memory apart', async () => {
  const told = await metrics();
  const of = (name: string): number => told.get(name) ?? Number.NaN;
  expect(of('nodejs_heap_size_used_bytes')).toBeGreaterThan(1e6);
  expect(of('nodejs_heap_size_total_bytes')).toBeGreaterThanOrEqual(of('nodejs_heap_size_used_bytes'));
  expect(of('nodejs_external_memory_bytes')).toBeGreaterThan(0);
  expect(of('process_resident_memory_bytes')).toBeGreaterThan(of('nodejs_heap_size_total_bytes'));
});

it('count hooks, and the processor time they took', async () => {
  const before = await metrics();
  await daemon.emit(50);
  const after = await metrics();
  const grown = (name: string): number => (after.get(name) ?? Number.NaN) - (before.get(name) ?? 0);
  expect(grown('hookline_hooks_total')).toBe(50);
  expect(grown('process_cpu_seconds_total')).toBeGreaterThan(0);
});

it('tell what is open, which clients that connect add to', async () => {
  const before = await metrics();
  expect(before.get('nodejs_active_timers')).toBeGreaterThanOrEqual(0);
  const streams = new AbortController();
  const headers = { authorization: `Bearer ${daemon.token}` };
  // Both ends of a connection are in this process.
  const open = (): Promise<Response> =>
    fetch(`${daemon.url}/events?topics=**`, { headers, signal: streams.signal });
  await Promise.all(Array.from({ length: 10 }, open));
  const after = await metrics();
  streams.abort();
  expect(after.get('nodejs_active_handles')).toBeGreaterThan(before.get('nodejs_active_handles') ?? 0);
  if (process.platform !== 'linux') return;
  expect(after.get('process_open_fds')).toBeGreaterThan(before.get('process_open_fds') ?? 0);
});
