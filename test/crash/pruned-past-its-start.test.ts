// A session that lives longer than its first events are kept: the daemon still knows it after a kill.
import fs from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Daemon, startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';
import { makePlace } from './place.ts';

let place: ReturnType<typeof makePlace>;
let daemon: Daemon | undefined;
beforeEach(() => {
  place = makePlace('pruned');
});
afterEach(async () => {
  await daemon?.stop('SIGKILL');
  daemon = undefined;
  fs.rmSync(place.folder, { recursive: true, force: true });
});

interface Snapshot {
  readonly oldestSeq: number;
  readonly sessions: readonly { readonly sessionId: string; readonly counts: { readonly tools: number } }[];
}

async function ask(path: string, body?: object): Promise<unknown> {
  const answer = await fetch(`${daemon?.url}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${daemon?.token}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  expect(answer.ok).toBe(true);
  return answer.json();
}

const snapshot = async (): Promise<Snapshot> => (await ask('/api/snapshot')) as Snapshot;
let calls = 0;
const call = (): Promise<unknown> =>
  ask('/hook', {
    session_id: 'long',
    hook_event_name: 'PreToolUse',
    cwd: '/w',
    tool_name: 'Bash',
    tool_use_id: `call-${++calls}`,
    tool_input: { command: 'x'.repeat(20_000) },
  });

it('is there after kill -9, with everything it has done', async () => {
  const small = { ...place, env: { ...place.env, HOOKLINE_RETENTION_BYTES: String(1024 * 1024) } };
  daemon = await startDaemon(small);
  while (calls < 100) await call();
  const before = await until('its announcement is deleted', async () => {
    const state = await snapshot();
    return state.oldestSeq > 10 ? state : undefined;
  });
  expect(before.sessions).toMatchObject([{ sessionId: 'long', counts: { tools: 100 } }]);
  await daemon.stop('SIGKILL');
  daemon = await startDaemon(small);
  expect((await snapshot()).sessions).toMatchObject([{ sessionId: 'long', counts: { tools: 100 } }]);
  await call();
  expect((await snapshot()).sessions).toMatchObject([{ sessionId: 'long', counts: { tools: 101 } }]);
});
