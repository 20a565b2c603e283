// The proof: a made-up event, sent by the hook that is really installed, has to come back on the stream.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { hookTopic } from '../../protocol/index.ts';
import { connectClient } from '../stream.ts';
import { type Finding, fail, ok } from './finding.ts';

/** The name of the made-up event; no agent has one like it. */
const EVENT_NAME = 'HooklineDoctor';
/** Milliseconds it may take to come back. */
const PATIENCE_MS = 2_000;
/** Milliseconds to wait for the stream itself. */
const CONNECT_MS = 5_000;

/** Sends a hook of a made-up session and waits for it. The session is ended again, so that it stays in no list. */
export async function checkRoundTrip(home: string, hookFile: string): Promise<Finding> {
  const sessionId = `hookline-doctor-${randomUUID()}`;
  const client = connectClient(home, { answers: false });
  const events = client.events(hookTopic(EVENT_NAME), { sessionId });
  try {
    const opened = await within(CONNECT_MS, events.ready);
    if (opened === undefined)
      return broken(`the stream could not be opened (${client.status.reason ?? 'no answer'})`);
    const sentAt = performance.now();
    await runHook(hookFile, sessionId, EVENT_NAME);
    const event = await within(PATIENCE_MS, events.next());
    const took = Math.round(performance.now() - sentAt);
    await runHook(hookFile, sessionId, 'SessionEnd');
    if (event === undefined)
      return broken(`what ${hookFile} sent did not come back within ${PATIENCE_MS / 1000} s`);
    return ok('round trip', `An event sent by the hook came back in ${took} ms`);
  } catch (error) {
    return broken((error as Error).message);
  } finally {
    client.close();
  }
}

function broken(why: string): Finding {
  return fail(
    'round trip',
    `No event came through: ${why}`,
    'Mend what failed above; if nothing did, look at the output of the daemon.',
  );
}

/** What the promise gives, or undefined when it takes too long. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  const stop = new AbortController();
  const late = delay(ms, undefined, { signal: stop.signal }).catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    stop.abort();
  }
}

async function runHook(hookFile: string, sessionId: string, event: string): Promise<void> {
  const child = spawn(hookFile, { stdio: ['pipe', 'ignore', 'ignore'] });
  child.stdin.on('error', () => {}); // A hook that skips does not read.
  child.stdin.end(
    JSON.stringify({ session_id: sessionId, hook_event_name: event, cwd: process.cwd(), reason: 'doctor' }),
  );
  await once(child, 'close');
}
