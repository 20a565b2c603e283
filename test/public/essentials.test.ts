// The page's own idea of the essentials is the daemon's.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { callsOf, Essentials, EVENT_TYPES, type Part, partOf } from '../../src/protocol/index.ts';
import { page } from './page.ts';

interface Twin {
  partOf: (event: Told) => Part;
  callsOf: (event: Told) => string[];
  Essentials: new () => Essentials<number>;
}
interface Told {
  type: string;
  sessionId: string;
  agentId?: string;
  data: Record<string, unknown>;
}
const twin = await page<Twin>('live/essentials.js');

const words = fc.constantFrom('Done.', ' Done.\n', 'No.', '', 'x'.repeat(99), 'x'.repeat(101), 7, undefined);
const told: fc.Arbitrary<Told> = fc.record(
  {
    type: fc.oneof(
      fc.constantFrom('tool.use', 'tool.result', 'message.assistant', 'turn.completed'),
      fc.constantFrom(...EVENT_TYPES, 'hook.new_thing', 'inbox.queued'),
    ),
    sessionId: fc.constantFrom('s1', 's2', ''),
    agentId: fc.constantFrom('a1', 'a2'),
    data: fc.record(
      {
        toolUseId: fc.constantFrom('t1', 't2', '', 3),
        text: words,
        lastMessage: words,
        toolUseIds: fc.constantFrom(['t1', 't2'], 'no list'),
        tool_use_id: fc.constantFrom('t3', 4),
        blocks: fc.constantFrom([{ type: 'tool_use', id: 't4' }, null, { tool_use_id: 't5' }], {}),
        agentType: fc.constantFrom('', 'Explore'),
        status: fc.constantFrom('waiting', 'busy'),
        waitingFor: fc.constantFrom('permission prompt', 'dialog open'),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['type', 'sessionId', 'data'] },
);

it('takes every event as the daemon does, whatever came before it', () => {
  fc.assert(
    fc.property(fc.array(told, { maxLength: 60 }), events => {
      const [ours, theirs] = [new twin.Essentials(), new Essentials<number>()];
      for (const [index, event] of events.entries()) {
        expect(twin.partOf(event)).toEqual(partOf(event));
        expect(twin.callsOf(event)).toEqual(callsOf(event));
        expect(ours.take(twin.partOf(event), index)).toEqual(theirs.take(partOf(event), index));
      }
    }),
    { numRuns: 1000 },
  );
});
