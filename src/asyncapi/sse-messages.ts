// What only the Server-Sent Events stream says, as named events beside the plain ones.
import { z } from 'zod';
import { Epoch, Gap, PositionUpdate, RESUME_REASONS, Seq } from '../protocol/index.ts';
import type { MessageSources } from './message.ts';

export const SSE_MESSAGES: MessageSources = {
  'sse.reset': {
    summary: '`event: reset`: the `Last-Event-ID` could not be honoured; the stream goes on from `seq`.',
    description: 'Take a fresh `/api/snapshot`. It comes first, before any event.',
    tag: 'sse',
    schema: z.object({
      reason: z.enum(RESUME_REASONS).describe('Why not.'),
      epoch: Epoch,
      seq: Seq.describe('Where the stream goes on from.'),
    }),
    examples: [{ name: 'Another numbering', payload: { reason: 'epoch_changed', epoch: 'm7q1z8', seq: 12 } }],
  },
  'sse.position': {
    summary:
      '`event: position`: how far this stream is; comes at first, and regularly when nothing else does.',
    tag: 'sse',
    schema: PositionUpdate.omit({ type: true }),
    examples: [{ name: 'Nothing new for you', payload: { seq: 4790 } }],
  },
  'sse.gap': {
    summary: '`event: gap`: names exactly what could not be delivered.',
    tag: 'sse',
    schema: Gap.omit({ type: true }),
    examples: [{ name: 'Retention deleted them', payload: { from: 12, to: 240, reason: 'evicted' } }],
  },
};
