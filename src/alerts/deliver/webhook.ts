// Alerts as signed webhooks: an event as Standard Webhooks has it (https://www.standardwebhooks.com), signed by the secrets of a file.
import { type Secret, signedHeaders } from '../../standard-webhooks.ts';
import type { Form } from './posting.ts';
import { secretsIn } from './secret-file.ts';

export function webhookForm({
  url,
  secretFile,
}: {
  readonly url: string;
  readonly secretFile: string;
}): Form<readonly Secret[]> {
  return {
    secrets: () => secretsIn(secretFile),
    letter: (bulletin, secrets) => ({
      url,
      body: { type: 'alert.fired', timestamp: new Date(bulletin.firedAt).toISOString(), data: bulletin },
      headers: text => signedHeaders(bulletin.alertId, Math.floor(Date.now() / 1000), text, secrets),
    }),
  };
}
