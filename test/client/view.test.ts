// State and events as one story: whatever happens in between, applying the events to the snapshot gives the daemon's own state.
import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { connect, type HooklineEvent, type Snapshot, type ViewItem } from '../../src/client/index.ts';
import { startTestDaemon } from '../support/daemon.ts';
import { ScriptedDaemon } from '../support/scripted-daemon.ts';
import { until } from '../support/until.ts';
import { clientOf, collect } from './support.ts';

type Items = readonly ViewItem<HooklineEvent>[];
const snapshots = (items: Items): Snapshot[] => items.flatMap(({ snapshot }) => snapshot ?? []);

/** States by session, as a view tells them. */
function fold(items: Items): Map<string, string> {
  const states = new Map<string, string>();
  for (const { snapshot, event } of items) {
    if (snapshot) states.clear();
    for (const { sessionId, state } of snapshot?.sessions ?? []) states.set(sessionId, state);
    if (event?.type === 'session.discovered') states.set(event.sessionId, 'idle');
    if (event?.type === 'session.removed') states.delete(event.sessionId);
    if (event?.type === 'agent.state_changed' && states.has(event.sessionId))
      states.set(event.sessionId, event.data.state);
  }
  return states;
}

describe('a view', () => {
  it('begun at any moment under load ends where the daemon is', async () => {
    const daemon = await startTestDaemon();
    const client = clientOf(daemon);
    const views: { seen: ViewItem<HooklineEvent>[] }[] = [];
    for (let n = 0; n < 30; n++) {
      const session_id = `s${n % 5}`;
      if (n % 3 === 0) views.push(collect(client.view()));
      if (n === 12) views.push(collect(clientOf(daemon).view()));
      const posting = [
        daemon.hook('UserPromptSubmit', { session_id, prompt: 'go' }),
        daemon.hook('PreToolUse', { session_id, tool_name: 'Bash', tool_input: {}, tool_use_id: `t${n}` }),
      ];
      if (n % 7 === 0) posting.push(daemon.hook('SessionEnd', { session_id, reason: 'other' }));
      await Promise.all(posting);
    }
    const head = await daemon.emit(1, { topic: 'test.end' });
    for (const { seen } of views) await until('the view is there', () => seen.at(-1)?.event?.seq === head);
    const now = await client.getSnapshot();
    const truth = new Map(now.sessions.map(({ sessionId, state }) => [sessionId, String(state)]));
    for (const { seen } of views) {
      const [first] = snapshots(seen);
      expect(snapshots(seen)).toHaveLength(1);
      expect(seen[0]?.snapshot).toBe(first);
      const seqs = seen.flatMap(({ event }) => event?.seq ?? []);
      expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, index) => (first?.seq ?? 0) + 1 + index));
      for (const [sessionId, state] of fold(seen))
        expect([sessionId, truth.get(sessionId)]).toEqual([sessionId, state]);
      expect(fold(seen).size).toBe(truth.size);
    }
  });
});

describe('a view that loses something', () => {
  let daemon: ScriptedDaemon;
  afterEach(() => daemon.stop());

  it.each(['gap', 'epoch', 'evicted'] as const)(
    'by %s begins anew with a snapshot that says why',
    async how => {
      daemon = await new ScriptedDaemon().start();
      const client = connect({ url: daemon.url, token: daemon.token, WebSocket, retryBaseMs: 5 });
      const { seen } = collect(client.view('**'));
      await until('the view stands', () => seen.length === 1);
      daemon.publish('a');
      await until('the event came', () => seen.length === 2);
      if (how === 'gap') {
        daemon.publish('b', {}, true);
        daemon.skipAhead();
        daemon.send({ type: 'gap', from: 2, to: 2, reason: 'evicted' });
      } else {
        await daemon.stop();
        if (how === 'epoch') daemon.newEpoch('e2');
        for (let n = 0; n < 5; n++) daemon.publish('lost');
        if (how === 'evicted') daemon.oldestSeq = 6;
        await daemon.start();
      }
      await until('the second snapshot came', () => snapshots(seen).length === 2);
      daemon.publish('c');
      await until('what comes after it follows', () => seen.at(-1)?.event?.type === ('c' as string));
      const again = seen.findLastIndex(({ snapshot }) => snapshot !== undefined);
      expect(seen[again]?.loss).toMatchObject({ reason: how === 'epoch' ? 'epoch_changed' : 'evicted' });
      const [, second] = snapshots(seen);
      expect(seen.slice(again + 1).map(({ event }) => event?.seq)).toEqual([(second?.seq ?? 0) + 1]);
      expect(seen.slice(1, again).map(({ event }) => event?.type as string)).toEqual(['a']);
      client.close();
    },
  );
});
