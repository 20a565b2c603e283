// The guide's conversations are what a real daemon says: each message fits its schema, and played again they come out the same.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ANOTHER_EPOCH, RECONNECT } from '../../public/docs/transcript.ts';
import { ClientMessage, ServerMessage } from '../../src/protocol/index.ts';
import { type Daemon, type Place, startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';

const steps = [...RECONNECT, ...ANOTHER_EPOCH];

const told = steps.flatMap(({ client, daemon }) => {
  const message = client ?? daemon;
  return message === undefined ? [] : [{ message, schema: client ? ClientMessage : ServerMessage }];
});
it.each(told)('fits its schema, and has nothing besides: $message.type', ({ message, schema }) => {
  expect(schema.parse(message)).toEqual(message);
});

let daemon: Daemon | undefined;
let root: string | undefined;
afterEach(async () => {
  await daemon?.stop();
  if (root !== undefined) rmSync(root, { recursive: true, force: true, maxRetries: 5 });
});

/** What differs from one time to the next, times and names, made equal. */
function settled(message: unknown): unknown {
  const text = JSON.stringify(message)
    .replace(/"(epoch|version)":"[^"]*"/g, '"$1":"…"')
    .replace(/"(timestamp|at|\w+At|stateSince)":\d+/g, '"$1":0');
  return JSON.parse(text);
}

it('is what a real daemon says, killed and started again', async () => {
  root = mkdtempSync(path.join(tmpdir(), 'hookline-transcript-'));
  const place: Place = {
    hooklineHome: path.join(root, 'hookline'),
    env: { PATH: process.env['PATH'] ?? '', HOME: root, CLAUDE_CONFIG_DIR: path.join(root, 'claude') },
  };
  daemon = await startDaemon(place);
  const { port, token } = daemon;
  let epoch = '';
  let socket: WebSocket | undefined;
  let said: Record<string, unknown>[] = [];
  let closed: number | undefined;
  for (const step of steps) {
    if (step.daemonIs === 'killed') await daemon.stop('SIGKILL');
    if (step.daemonIs === 'started') daemon = await startDaemon(place, '--port', String(port));
    for (const [event, fields] of step.hooks ?? []) {
      const answer = await fetch(`${daemon.url}/hook`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ ...fields, hook_event_name: event }),
      });
      expect(answer.status).toBe(202);
    }
    if (step.connect) {
      said = [];
      closed = undefined;
      socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers: { authorization: `Bearer ${token}` } });
      socket.on('message', raw => said.push(JSON.parse(String(raw)) as Record<string, unknown>));
      socket.on('close', code => {
        closed = code;
      });
    }
    if (step.lost !== undefined) {
      await until('the connection ended', () => closed !== undefined);
      expect(closed).toBe(step.lost);
    }
    if (step.client !== undefined) {
      const { since } = step.client as { since?: { epoch: string } };
      const ours = RECONNECT.includes(step);
      socket?.send(
        JSON.stringify(ours && since ? { ...step.client, since: { ...since, epoch } } : step.client),
      );
    }
    if (step.daemon !== undefined) {
      const expected = step.daemon;
      const what = JSON.stringify(expected).slice(0, 80);
      const message = await until(`the daemon said ${what}`, () => take(said, expected));
      if (message['type'] === 'snapshot') epoch = String(message['epoch']);
      expect(settled(message)).toEqual(settled(step.daemon));
    }
  }
  socket?.close();
});

/**
 * Takes what answers to an expected message off the list; undefined while it is not all there. Events that come one by
 * one may be told in several batches, with a position between them; the guide shows them as one.
 */
function take(
  said: Record<string, unknown>[],
  expected: Record<string, unknown>,
): Record<string, unknown> | undefined {
  if (expected['type'] !== 'events') return said.shift();
  const end = said.findIndex(one => (one['to'] ?? one['seq']) === expected['to']);
  if (end < 0) return undefined;
  const batches = said.splice(0, end + 1).filter(({ type }) => type === 'events');
  const events = batches.flatMap(batch => batch['events'] as unknown[]);
  return { type: 'events', prev: batches[0]?.['prev'], to: expected['to'], events };
}
