// What the daemon answers about alerts.
import { z } from 'zod';
import { OpenAlert } from '../../protocol/index.ts';

export const AlertsAnswer = z.object({ alerts: z.array(OpenAlert), targets: z.array(z.string()) });

export const TestAnswer = z.object({
  tried: z.array(z.object({ target: z.string(), reason: z.string().optional() })),
});
