// The other half of a tool call: of a result what was called, of a call what came of it.
import type { EventEnvelope } from '../../src/protocol/index.ts';
import { own } from '../design/lookup.ts';
import { getEvents, type Params } from '../live/api.ts';

/** The `tool.result` of a `tool.use`, or the other way round; undefined when there is none, or none yet. */
export async function otherHalf(
  { seq, type, sessionId, data }: EventEnvelope,
  signal: AbortSignal,
): Promise<EventEnvelope | undefined> {
  const { toolUseId } = data;
  if (typeof toolUseId !== 'string' || toolUseId === '') return undefined;
  const places: Readonly<Record<string, Params>> = {
    'tool.use': { topics: 'tool.result', after: seq },
    'tool.result': { topics: 'tool.use', before: seq },
  };
  const where = own(places, type);
  if (where === undefined) return undefined;
  const { events } = await getEvents({ ...where, sessionId, q: toolUseId, limit: 5 }, signal);
  return events.find(one => one.data.toolUseId === toolUseId);
}
