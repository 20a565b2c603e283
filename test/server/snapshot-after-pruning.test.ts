// A snapshot is made once for all who ask between two commits, but old events may be deleted between them.
import { expect, test } from 'vitest';
import { Queries } from '../../src/engine/queries.ts';
import { EventLog, MemoryStore } from '../../src/log/index.ts';
import { LIMITS } from '../../src/protocol/index.ts';
import { makeSanitizer } from '../../src/sanitize/sanitizer.ts';
import { Projection } from '../../src/state/index.ts';

test('it says what is the oldest event now, though nothing was logged since the last one', () => {
  const ring = { events: 100, bytes: 1_000_000 };
  const log = new EventLog(new MemoryStore('e', ring), { ring });
  const clean = makeSanitizer({ redact: true, trim: true, ownTokens: () => [] });
  const services = new Queries({
    log,
    projection: new Projection(),
    limits: LIMITS,
    version: '1',
    sanitize: clean,
    agentOf: () => undefined,
  });
  const told = (): unknown => {
    const { seq, oldestSeq } = JSON.parse(Buffer.concat(services.snapshot()).toString());
    return { seq, oldestSeq };
  };
  for (const timestamp of [1, 2, 3, 4, 5])
    log.append([{ type: 'test.tick', timestamp, sessionId: 's', source: 'test', data: {} }]);
  expect(told()).toEqual({ seq: 5, oldestSeq: 1 });
  expect(log.prune({ olderThan: 4, bytes: ring.bytes })).toBe(3);
  expect(told()).toEqual({ seq: 5, oldestSeq: 4 });
});
