// Alerts to browsers whose page is closed (Web Push): who has subscribed, and what they are sent.
import { type Posted, post } from '../../post.ts';
import { inWords } from '../../system-error.ts';
import type { Bulletin, Courier } from '../deliver/courier.ts';
import { encrypted } from './encrypt.ts';
import { isPushService, type PushSubscription, Subscriptions } from './subscriptions.ts';
import { type VapidKeys, vapidHeader, vapidKeys } from './vapid.ts';

export interface PushOptions {
  /** The state directory. */
  readonly home: string;
  /** False: who has subscribed is forgotten with the daemon. */
  readonly durable: boolean;
  /** By what a push service reaches whoever sends: a URL. */
  readonly subject: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Whether something may be sent there. Default: the services of browsers. */
  readonly isService?: (endpoint: string) => boolean;
}

/** An address is none of a push service. */
export class NoPushServiceError extends Error {
  readonly code = 'invalid_message';
  override readonly name = 'NoPushServiceError';
}

/** How long a service keeps what it cannot bring, in seconds: what waits may be answered by then. */
const KEPT_SEC = 3600;
const TIMEOUT_MS = 10_000;
/** The browser has taken its subscription back, or is gone. */
const GONE: ReadonlySet<number | undefined> = new Set([404, 410]);

export class Push implements Courier {
  readonly label = 'push';
  readonly #options: PushOptions;
  readonly #subscriptions: Subscriptions;
  #keys: Promise<VapidKeys> | undefined;

  constructor(options: PushOptions) {
    this.#options = options;
    this.#subscriptions = new Subscriptions(options.durable ? options.home : undefined);
  }

  /** By which browsers know us. @throws PushKeyError */
  async publicKey(): Promise<string> {
    return (await this.#ownKeys()).publicKey;
  }

  /** @throws NoPushServiceError */
  async subscribe(subscription: PushSubscription): Promise<void> {
    const { isService = isPushService } = this.#options;
    if (!isService(subscription.endpoint))
      throw new NoPushServiceError(
        'endpoint: must be an address of the push service of a browser, which hookline knows',
      );
    await this.#subscriptions.add(subscription);
  }

  unsubscribe(endpoint: string): Promise<void> {
    return this.#subscriptions.remove(endpoint);
  }

  /** Done once one browser is told; those that are gone are forgotten. */
  async send(bulletin: Bulletin, kill: AbortSignal): Promise<Posted> {
    try {
      const all = await this.#subscriptions.list();
      if (all.length === 0)
        return {
          kind: 'failed',
          why: 'no browser has subscribed: switch on the bell of a page',
          again: false,
        };
      const posted = await Promise.all(all.map(one => this.#sendTo(one, bulletin, kill)));
      const worst = posted.find(one => one.kind === 'failed' && one.again) ?? posted[0];
      return posted.find(({ kind }) => kind === 'done') ?? worst ?? { kind: 'interrupted' };
    } catch (error) {
      return { kind: 'failed', why: inWords(error), again: true };
    }
  }

  async #sendTo(
    { endpoint, keys }: PushSubscription,
    { alertId, title, text, link }: Bulletin,
    kill: AbortSignal,
  ): Promise<Posted> {
    const { now, subject } = this.#options;
    // The browser opens its own page, wherever that is.
    const message = { alertId, title, text, page: new URL(link).hash };
    const posted = await post(endpoint, {
      body: encrypted(Buffer.from(JSON.stringify(message)), keys),
      headers: {
        authorization: vapidHeader(endpoint, await this.#ownKeys(), subject, now()),
        ...{ 'content-encoding': 'aes128gcm', 'content-type': 'application/octet-stream' },
        ...{ ttl: String(KEPT_SEC), urgency: 'high' },
      },
      ...{ timeoutMs: TIMEOUT_MS, kill },
    });
    if (posted.kind === 'failed' && GONE.has(posted.status)) await this.#subscriptions.remove(endpoint);
    return posted;
  }

  #ownKeys(): Promise<VapidKeys> {
    this.#keys ??= vapidKeys(this.#options.home);
    return this.#keys;
  }
}
