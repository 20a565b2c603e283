// The door of intake: what programs send that know nothing of hookline, and how it becomes a message.
export { IntakeError, type IntakeErrorCode, LineRefused } from './errors.ts';
export { type LineInputOptions, openLineInputs } from './line-inputs.ts';
export { rendered, TEMPLATE_MOST, templateProblem } from './template.ts';
export { WebhookIntake, type WebhookIntakeOptions } from './webhook-intake.ts';
export type { Posted } from './webhook-proof.ts';
export { newSecret, Webhook, WebhookFileError, WebhookSecret, Webhooks } from './webhooks.ts';
