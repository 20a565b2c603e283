// Budgets that are spent, as notifications: each once, and only while the day or the window they are for lasts.
import type { EventEnvelope } from '../../src/protocol/index.ts';
import { line } from '../design/text.ts';
import { budgetWords } from '../design/words.ts';
import type { Want } from './wants.ts';

/** Of the events that came, those that tell of a budget; `sessionId` is empty where it is none of a session. */
export function crossedIn(events: readonly EventEnvelope[], now: number): Want[] {
  return events.flatMap(({ type, sessionId, data }) => {
    if (type !== 'usage.budget_crossed') return [];
    if (typeof data.endsAt === 'number' && data.endsAt <= now) return [];
    const key = ['budget', line(data.budget), sessionId, line(data.startsAt)].join(' ');
    const title = sessionId === '' ? 'A budget is spent' : 'has spent its budget';
    return [{ key, sessionId, title, body: budgetWords(data) }];
  });
}
