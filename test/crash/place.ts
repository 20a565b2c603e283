// A hookline that things happen to: a throw-away place, hooks posted to it, and everything it says about itself.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import { runCli } from '../support/cli.ts';
import type { Frame } from '../support/frames.ts';
import type { Daemon, Place } from '../support/hookline.ts';
import { until } from '../support/until.ts';

/** @param hooklineHome default: a folder in the place. */
export function makePlace(name: string): Place & { readonly folder: string } {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), `hookline-${name}-`)));
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    CLAUDE_CONFIG_DIR: path.join(folder, 'claude'),
  };
  return { folder, hooklineHome: path.join(folder, 'hookline'), env };
}

type Address = Pick<Daemon, 'url' | 'token'>;

/** The slowest answer a hook may get from a daemon in trouble, in milliseconds, on a disk that is busy besides. */
const PATIENCE_MS = 20_000;

/** Posts a notification as a hook would, and expects it to be taken, soon. */
export async function post(daemon: Address, message: string): Promise<void> {
  const before = performance.now();
  const answer = await fetch(`${daemon.url}/hook`, {
    method: 'POST',
    headers: { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ session_id: 's', hook_event_name: 'Notification', message }),
  });
  expect([answer.status, await answer.json()]).toEqual([202, { status: 'accepted' }]);
  expect(performance.now() - before).toBeLessThan(PATIENCE_MS);
}

export interface Health {
  readonly status: 'ok' | 'degraded';
  readonly epoch: string;
  readonly seq: number;
}

export async function health({ url }: Pick<Daemon, 'url'>): Promise<Health> {
  return (await (await fetch(`${url}/health`)).json()) as Health;
}

/** Everything the log still holds, in order. */
export async function wholeLog(daemon: Address): Promise<Frame[]> {
  const events: Frame[] = [];
  for (;;) {
    const after = events.at(-1)?.seq ?? 0;
    const answer = await fetch(`${daemon.url}/api/events?after=${after}&limit=1000`, {
      headers: { authorization: `Bearer ${daemon.token}` },
    });
    expect(answer.status).toBe(200);
    const page = (await answer.json()) as { events: Frame[]; hasMore: boolean };
    events.push(...page.events);
    if (!page.hasMore) return events;
  }
}

/** The notifications among events, by their words. */
export const messagesOf = (events: readonly Frame[]): string[] =>
  events.filter(({ type }) => type === 'session.notification').map(({ data }) => String(data?.['message']));

export const seqsOf = (events: readonly Frame[]): number[] => events.map(({ seq }) => seq ?? 0);

/** The daemon's own complaints among events. */
export const complaintsIn = (events: readonly Frame[]): unknown[] =>
  events.filter(({ type }) => type === 'system.error').map(({ data }) => data);

/** The log, once the daemon has complained in it. */
export function logWithComplaint(daemon: Address): Promise<Frame[]> {
  return until('the log tells what is wrong', async () => {
    const events = await wholeLog(daemon);
    return complaintsIn(events).length > 0 ? events : undefined;
  });
}

/** Starts a daemon that may not be able to leave word of where it is: it is found by what it says. */
export async function startHidden(place: Place): Promise<Daemon> {
  const running = runCli(place, ['start', '--no-hooks', '--port', '0']);
  await running.says('listens at');
  const [, url = '', port = ''] = /listens at \S*?(http:\/\/127\.0\.0\.1:(\d+))/.exec(running.stderr()) ?? [];
  return {
    url,
    port: Number(port),
    pid: running.child.pid ?? 0,
    token: fs.readFileSync(path.join(place.hooklineHome, 'token'), 'utf8').trim(),
    log: running.stderr,
    stop: signal => running.end(signal ?? 'SIGTERM'),
  };
}
