// What becomes of alerts: each fires once, is acknowledged once for all, and is over with its cause.
import { z } from 'zod';
import { Acknowledged, AlertText } from '../alerts.ts';
import { eventData } from './common.ts';

const alertId = z.string().describe('The alert.');
const target = z.string().describe('Who was to be told, as `to` of the alert has it.');

export const ALERT_EVENTS = {
  'alert.fired': eventData(
    'A rule of the configuration says that somebody is to be told. `sessionId` is the session it is about, else empty.',
    AlertText.shape,
  ),
  'alert.acknowledged': eventData(
    'Somebody has seen it: it is open no more, for nobody.',
    Acknowledged.shape,
  ),
  'alert.closed': eventData('What it was about is over, or its rule is gone.', { alertId }),
  'alert.delivered': eventData('A target has taken it.', { alertId, target }),
  'alert.undelivered': eventData('A target was not told, and will not be.', {
    alertId,
    target,
    reason: z.string().describe('Why not.'),
  }),
} as const;
