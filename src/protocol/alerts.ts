// Alerts: what somebody is told that asked for it, until it is acknowledged or over.
import { z } from 'zod';

/** What a rule is about. */
export const ALERT_CAUSES = ['waiting', 'failed', 'stuck', 'idle', 'errors', 'budget'] as const;
export type AlertCause = (typeof ALERT_CAUSES)[number];

/** What an alert says, in its event and in lists. */
export const AlertText = z.object({
  alertId: z.string().describe('Names the alert.'),
  when: z
    .enum([...ALERT_CAUSES, 'test'])
    .describe('What it is about, as the rule has it; `test` where somebody only tries it.'),
  rule: z
    .string()
    .describe('The rule: what it is about, its figures and its projects, such as `waiting:2m`.'),
  cause: z.string().describe('What it is because of; the same for every rule that is about it.'),
  since: z.int().describe('Since when it is so, in milliseconds since 1970.'),
  title: z.string().describe('What is the matter, in a line.'),
  text: z.string().describe('What it is about, in a line; may be empty.'),
  advice: z.string().describe('What to do about it.'),
  session: z.string().optional().describe('What the session is called.'),
  project: z.string().optional().describe('The folder it was started in.'),
  to: z.array(z.string()).describe('Who is told: `browser`, `push`, and targets by their names.'),
});
export type AlertText = z.infer<typeof AlertText>;

/** An alert that nobody has acknowledged, and whose cause has not ended. */
export const OpenAlert = AlertText.extend({
  sessionId: z.string().describe('The session; empty for a budget of none.'),
  firedAt: z.int().describe('When it was told, in milliseconds since 1970.'),
});
export type OpenAlert = z.infer<typeof OpenAlert>;

/** What becomes of an alert that somebody acknowledges. */
export const Acknowledged = z.object({
  alertId: z.string().describe('The alert.'),
  by: z.string().describe('Who was first: the name of a token, `main token` or `page`.'),
});
export type Acknowledged = z.infer<typeof Acknowledged>;
