// The page's own idea of the essentials is the daemon's.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import * as protocol from '../../src/protocol/index.ts';
import { type Essentials, EVENT_TYPES, type Part, partOf } from '../../src/protocol/index.ts';
import { page } from './page.ts';

interface Twin {
  partOf: (event: Told) => Part;
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
    type: fc.constantFrom(...EVENT_TYPES, 'hook.new_thing', 'inbox.queued'),
    sessionId: fc.constantFrom('s1', 's2', ''),
    agentId: fc.constantFrom('a1', 'a2'),
    data: fc.record(
      {
        toolUseId: fc.constantFrom('t1', 't2', '', 3),
        text: words,
        lastMessage: words,
        agentType: fc.constantFrom('', 'Explore'),
        status: fc.constantFrom('waiting', 'busy'),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['type', 'sessionId', 'data'] },
);

it('takes every event as the daemon does, whatever came before it', () => {
  fc.assert(
    fc.property(fc.array(told, { maxLength: 60 }), events => {
      const [ours, theirs] = [new twin.Essentials(), new protocol.Essentials<number>()];
      for (const [index, event] of events.entries()) {
        expect(twin.partOf(event)).toEqual(partOf(event));
        expect(ours.take(twin.partOf(event), index)).toEqual(theirs.take(partOf(event), index));
      }
    }),
    { numRuns: 1000 },
  );
});
