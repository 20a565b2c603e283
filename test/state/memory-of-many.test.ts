// Many sessions, each with its JSON ready for the next snapshot: they hold what they are, and nothing around it.
import { expect, it } from 'vitest';
import { Projection } from '../../src/state/index.ts';
import { bufferBytes } from '../support/memory.ts';

const SESSIONS = 300;

it('what is ready for snapshots takes the room of a snapshot', () => {
  const projection = new Projection();
  const before = bufferBytes();
  for (let number = 0; number < SESSIONS; number++) {
    const sessionId = `session-${number}`;
    const event = { type: 'session.discovered', timestamp: 1, sessionId, source: 'claude-code' };
    projection.apply({ ...event, data: { cwd: '/w', startedBy: 'startup' } });
    projection.save();
    // Frames, bodies: small Buffers that come and go.
    Buffer.from('y'.repeat(3000));
  }
  const bytes = projection.snapshotJson().reduce((sum, piece) => sum + piece.length, 0);
  expect(bufferBytes() - before).toBeLessThan(3 * bytes);
});
