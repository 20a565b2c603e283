// Alerts that are meant for browsers, as notifications: each once, until it is acknowledged anywhere or over.
import type { EventEnvelope } from '../../src/protocol/index.ts';
import { line } from '../design/text.ts';
import type { Want } from './wants.ts';

const keyOf = (alertId: unknown): string => `alert ${line(alertId)}`;

/** Of an event, the alert that it tells a browser of. What is spent is told as soon as it is, whoever has rules. */
export function firedIn({ type, sessionId, data }: EventEnvelope): Want | undefined {
  if (type !== 'alert.fired' || data.when === 'budget') return undefined;
  if (!Array.isArray(data.to) || !data.to.includes('browser')) return undefined;
  return {
    key: keyOf(data.alertId),
    sessionId,
    title: line(data.title),
    body: line(data.text),
    isWhole: true,
  };
}

/** The key of the alert that an event ends. */
export const endedIn = ({ type, data }: EventEnvelope): string | undefined =>
  type === 'alert.acknowledged' || type === 'alert.closed' ? keyOf(data.alertId) : undefined;
