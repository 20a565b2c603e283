// SIGKILL while the daemon takes in what hooks kept: each payload is told once, though some were in the log and in the spool at that moment.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { spoolFolder } from '../../src/hook-endpoint/index.ts';
import { runCli } from '../support/cli.ts';
import { startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';
import { makePlace, messagesOf, wholeLog } from './place.ts';

const place = makePlace('drain');
afterAll(() => fs.rmSync(place.folder, { recursive: true, force: true }));

const ROUNDS = 4;
const COUNT = 600;

const messages = Array.from({ length: COUNT }, (_, index) => `message ${index}`);

const kept = (): string[] =>
  fs.readdirSync(spoolFolder(place.hooklineHome)).filter(name => name.endsWith('.json'));

/** As the hook does it; many at the same moment. */
function spool(): void {
  fs.mkdirSync(spoolFolder(place.hooklineHome), { recursive: true, mode: 0o700 });
  for (const [index, message] of messages.entries()) {
    const file = path.join(spoolFolder(place.hooklineHome), `${String(index).padStart(4, '0')}.json`);
    fs.writeFileSync(file, JSON.stringify({ session_id: 's', hook_event_name: 'Notification', message }));
    const at = 1_790_000_000 + Math.floor(index / 3);
    fs.utimesSync(file, at, at);
  }
}

it('tells each of them once, in order', { timeout: 60_000 }, async () => {
  spool();
  let interrupted = 0;
  for (let round = 0; round < ROUNDS && kept().length > 0; round++) {
    const before = kept().length;
    const enough = Math.ceil(Math.random() * 100);
    const daemon = runCli(place, ['start', '--no-hooks', '--port', '0']);
    // The moment lies in the middle of a lot: what was committed together is removed one by one.
    const deadline = performance.now() + 15_000;
    while (kept().length > before - enough && performance.now() < deadline)
      await new Promise(resolve => setImmediate(resolve));
    await daemon.end('SIGKILL');
    if (kept().length > 0) interrupted++;
  }
  expect(interrupted).toBeGreaterThan(0);
  const daemon = await startDaemon(place);
  await until('the spool is empty', () => kept().length === 0);
  expect(messagesOf(await wholeLog(daemon))).toEqual(messages);
  await daemon.stop();
});
