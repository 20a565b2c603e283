// Takes in what is posted to a webhook: proves it, makes a message of it, sends it.
import { type Inbox, InboxError } from '../inbox/index.ts';
import { inTurns } from '../log/index.ts';
import { MESSAGE_LIMITS, NewMessage } from '../protocol/index.ts';
import { parsing } from '../sanitize/index.ts';
import { IntakeError } from './errors.ts';
import { rendered } from './template.ts';
import { type Posted, prove } from './webhook-proof.ts';
import { newSecret, type Webhook, WebhookFileError, type Webhooks } from './webhooks.ts';

export interface WebhookIntakeOptions {
  readonly webhooks: Webhooks;
  readonly send: Inbox['send'];
  /** Counts a post to a webhook that was proven; false: there were too many lately. */
  readonly mayCome: (name: string) => boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told what somebody with the secret sent and could not be taken, in words. */
  readonly refused: (what: string) => void;
}

/** What a message is called whose sender does not say what it is. */
const TYPE = 'webhook';
const TYPE_MOST = 256;

export class WebhookIntake {
  readonly #options: WebhookIntakeOptions;
  /** Nobody knows it: a webhook that is not there takes as long to refuse as one that is. */
  readonly #nobodys = newSecret();

  constructor(options: WebhookIntakeOptions) {
    this.#options = options;
  }

  /**
   * Resolves with the id of the message once it is on record; a repeat has that of the first.
   *
   * @throws IntakeError, InboxError
   */
  async take(name: string, posted: Posted): Promise<string> {
    const { now, mayCome, send, refused } = this.#options;
    const webhook = await this.#find(name);
    if (webhook === undefined) throw this.#unknown(posted);
    const { signed, key } = prove(webhook.secret, posted, now());
    try {
      if (!mayCome(name))
        throw new IntakeError('rate_limited', `too much comes to the webhook ${name}; send it again later`);
      const message = NewMessage.parse({ ...(await contentOf(webhook, posted)), ...headOf(webhook, key) });
      const { id } = await send(message, { via: 'webhook', verified: signed, keyDecides: true });
      return id;
    } catch (error) {
      if (error instanceof InboxError || error instanceof IntakeError)
        refused(`a post to the webhook ${name} was refused: ${error.message}`);
      throw error;
    }
  }

  async #find(name: string): Promise<Webhook | undefined> {
    try {
      return await this.#options.webhooks.find(name);
    } catch (cause) {
      if (!(cause instanceof WebhookFileError)) throw cause;
      this.#options.refused(`a post to the webhook ${name} was refused: ${cause.message}`);
      throw new IntakeError('internal', 'this webhook cannot be used; the log of the daemon says why');
    }
  }

  #unknown(posted: Posted): IntakeError {
    try {
      prove(this.#nobodys, posted, this.#options.now());
    } catch {
      // As it has to be.
    }
    return new IntakeError('not_found', 'there is no such webhook');
  }
}

function headOf({ name, to, priority, ttlMs }: Webhook, key: string | undefined): object {
  const optional = { key, priority, ttlMs };
  return {
    ...{ to, from: name },
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
}

/** What the message says. @throws InboxError invalid_message, message_too_large */
async function contentOf({ template }: Webhook, { body, header }: Posted): Promise<object> {
  const value = await jsonOf(body);
  if (value === undefined)
    return { message: fitting(said(body.toString(), 'the body is empty'), 'let its sender send less') };
  if (template !== undefined)
    return { message: said(rendered(template, value), 'the template found nothing in it') };
  const [event] = header('x-github-event');
  const { type = event } = Object(value) as { type?: unknown };
  fitting(JSON.stringify(value), 'give the webhook a template that takes what is needed of it');
  const isType = typeof type === 'string' && type !== '' && type.length <= TYPE_MOST;
  return { type: isType ? type : TYPE, payload: value };
}

/** Undefined for what is no JSON. */
async function jsonOf(body: Buffer): Promise<unknown> {
  try {
    return await inTurns(parsing(body));
  } catch {
    return undefined;
  }
}

function said(text: string, otherwise: string): string {
  if (text.trim() !== '') return text;
  throw new InboxError('invalid_message', `${otherwise}: there is nothing that a message could say`);
}

function fitting(text: string, mend: string): string {
  if (Buffer.byteLength(text) <= MESSAGE_LIMITS.bytes) return text;
  throw new InboxError(
    'message_too_large',
    `what was posted is larger than the ${MESSAGE_LIMITS.bytes} bytes of a message; ${mend}`,
  );
}
