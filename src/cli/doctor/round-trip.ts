// The proof: what the hook that is really installed sends has to be answered by the daemon, and the stream has to open.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { probe } from '../../hook-endpoint/index.ts';
import { connectClient } from '../stream.ts';
import { type Finding, fail, ok } from './finding.ts';

/** Milliseconds to wait for the stream. */
const CONNECT_MS = 5_000;

/** Sends a hook that the daemon answers and does not keep. */
export async function checkRoundTrip(home: string, hookFile: string): Promise<Finding> {
  const client = connectClient(home, { answers: false });
  try {
    const opened = await within(CONNECT_MS, client.events('**').ready);
    if (opened === undefined)
      return broken(`the stream could not be opened (${client.status.reason ?? 'no answer'})`);
    const id = `hookline-doctor-${randomUUID()}`;
    const sentAt = performance.now();
    const printed = await runHook(hookFile, probe(id));
    const took = Math.round(performance.now() - sentAt);
    if (!printed.includes(id)) return broken(`what ${hookFile} sent was not answered`);
    return ok('round trip', `What the hook sent came back in ${took} ms, and the stream opens`);
  } catch (error) {
    return broken((error as Error).message);
  } finally {
    client.close();
  }
}

function broken(why: string): Finding {
  return fail(
    'round trip',
    `Nothing came through: ${why}`,
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

/** What the hook prints, as one does whose answer an agent reads. */
async function runHook(hookFile: string, payload: object): Promise<string> {
  const child = spawn(hookFile, ['answer'], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.on('error', () => {}); // A hook that skips does not read.
  child.stdin.end(JSON.stringify(payload));
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  await once(child, 'close');
  return printed;
}
