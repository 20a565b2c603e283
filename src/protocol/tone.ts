// What went wrong, and what waited for somebody: by the type of an event, and of a tool's result by whether it failed.

/** `bad` for what went wrong, `wait` for what waits for the user. */
export type Alarm = 'bad' | 'wait';

const BAD: ReadonlySet<string> = new Set([
  ...['turn.failed', 'permission.denied', 'system.error', 'system.gap'],
  ...['inbox.dead', 'inbox.expired', 'alert.undelivered'],
]);
const WAIT: ReadonlySet<string> = new Set([
  ...['permission.requested', 'elicitation.requested', 'session.notification'],
  ...['inbox.held', 'usage.budget_crossed', 'alert.fired'],
]);

/** The type of the events that went wrong when their data says `success: false`. */
export const RESULT = 'tool.result';

/** @param failed of a tool's result: whether its data says so */
export function alarmOf(type: string, failed: boolean): Alarm | undefined {
  if (BAD.has(type) || (type === RESULT && failed)) return 'bad';
  return WAIT.has(type) ? 'wait' : undefined;
}
