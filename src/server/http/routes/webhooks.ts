// The route of webhooks: whoever knows the secret of one may post, and needs no token.
import { IntakeError, type WebhookIntake } from '../../../intake/index.ts';
import { takeBytes } from '../body.ts';
import { rawValues } from '../gate.ts';
import { HttpError } from '../http-error.ts';
import type { Room } from '../room.ts';
import { told } from './message-body.ts';
import type { App } from './routes.ts';

export interface WebhookRoutesOptions {
  readonly webhooks: WebhookIntake;
  readonly room: Room;
}

/** Largest body, in bytes; of one that is larger than a message a template may take a part. */
const BODY_MOST = 1024 * 1024;

export function addWebhookRoutes(app: App, { webhooks, room }: WebhookRoutesOptions): void {
  app.post('/in/:name', async c => {
    const request = c.env.incoming;
    const mend = 'have its sender send less';
    const id = await takeBytes(request, { most: BODY_MOST, room, mend }, body =>
      known(() =>
        webhooks.take(c.req.param('name'), {
          header: name => rawValues(request, name),
          secrets: c.req.queries('secret') ?? [],
          body,
        }),
      ),
    );
    return c.json({ ok: true, id }, 202);
  });
}

/** @throws HttpError for what was not taken in */
async function known(take: () => Promise<string>): Promise<string> {
  try {
    return await told(take);
  } catch (error) {
    if (!(error instanceof IntakeError)) throw error;
    throw new HttpError(error.code, error.message, { cause: error });
  }
}
