// GET /api/sessions/:id/export: a session whole, as a file, for whoever may read; also of one that is as long as a day.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { growLog } from '../support/long-session.ts';

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-export-'));
const EVENTS = 3000;
let daemon: TestDaemon;
beforeAll(async () => {
  // A daemon makes the file.
  const first = await startTestDaemon({ config: { home, store: true } });
  await first.stop();
  growLog(home, 's/1', EVENTS);
  daemon = await startTestDaemon({ config: { home, store: true } });
});
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));

const ask = (query: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${daemon.url}/api/sessions/${query}`, {
    headers: { authorization: `Bearer ${daemon.token}` },
    ...init,
  });

it('is a file of a name that every disk takes, as JSON unless one asks for a document', async () => {
  const answer = await ask('s%2F1/export');
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="session-s1.json"');
  const { events, sessionId } = (await answer.json()) as { events: unknown[]; sessionId: string };
  expect([sessionId, events.length]).toEqual(['s/1', EVENTS]);
  const document = await ask('s%2F1/export?format=md');
  expect(document.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
  const text = await document.text();
  expect(text.match(/^## Subagent \d+ Explore$/gm)).toHaveLength(8);
  expect(text.match(/^\*\*(Bash|Read|Edit|Grep)\*\*/gm)?.length).toBeGreaterThan(EVENTS / 3);
});

it('comes piece by piece, so that nobody has to hold all of it', async () => {
  const reader = (await ask('s%2F1/export?format=md')).body?.getReader();
  const first = await reader?.read();
  expect(first?.value?.byteLength).toBeLessThan(512 * 1024);
  await reader?.cancel();
  // Whoever leaves early leaves nothing behind that keeps the daemon from answering.
  expect(
    (await ask('s%2F1/export', { method: 'HEAD', headers: { authorization: `Bearer ${daemon.token}` } }))
      .status,
  ).toBe(200);
});

it('says what is wrong with what is asked for', async () => {
  const unknown = await ask('nobody/export');
  expect([unknown.status, (await unknown.json()) as unknown]).toEqual([
    404,
    { error: { code: 'not_found', message: 'there is no session "nobody" in the log' } },
  ]);
  const format = await ask('s%2F1/export?format=pdf');
  expect([format.status, await format.text()]).toEqual([400, expect.stringContaining('must be md or json')]);
});
