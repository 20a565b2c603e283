// The browsers that have subscribed: a private file in the state directory. An address there is a secret, for whoever has it may be asked to push.
import path from 'node:path';
import { z } from 'zod';
import { readIfThere, writePrivate } from '../../private-file.ts';

/** Who pushes to browsers. Nothing is sent to any other address, whatever a page says: it would be sent from here. */
const SERVICES =
  /^(?:fcm\.googleapis\.com|(?:[a-z0-9-]+\.)*push\.services\.mozilla\.com|(?:[a-z0-9-]+\.)*push\.apple\.com|(?:[a-z0-9-]+\.)*notify\.windows\.com)$/;

/** Whether an address is one of a push service. */
export const isPushService = (endpoint: string): boolean => {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  return url?.protocol === 'https:' && url.port === '' && url.username === '' && SERVICES.test(url.hostname);
};

const bytes = (length: number) =>
  z
    .string()
    .regex(/^[\w-]+=*$/)
    .refine(text => Buffer.from(text, 'base64url').length === length, `must be ${length} bytes in base64url`);

/** As a browser gives it. */
export const PushSubscription = z.object({
  endpoint: z.string().max(2048),
  keys: z.object({ p256dh: bytes(65), auth: bytes(16) }),
});
export type PushSubscription = z.infer<typeof PushSubscription>;

/** Browsers that are remembered; the oldest goes for a new one. */
const MOST = 50;

export class Subscriptions {
  readonly #file: string | undefined;
  #all: readonly PushSubscription[] | undefined;
  /** One change after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @param home the state directory; undefined: nothing is kept */
  constructor(home: string | undefined) {
    this.#file = home === undefined ? undefined : path.join(home, 'push-subscriptions.json');
  }

  /** @throws Error when the file is not what hookline wrote */
  async list(): Promise<readonly PushSubscription[]> {
    this.#all ??= await this.#read();
    return this.#all;
  }

  add(subscription: PushSubscription): Promise<void> {
    return this.#change(all => [
      ...all.filter(({ endpoint }) => endpoint !== subscription.endpoint),
      subscription,
    ]);
  }

  remove(endpoint: string): Promise<void> {
    return this.#change(all => all.filter(one => one.endpoint !== endpoint));
  }

  #change(next: (all: readonly PushSubscription[]) => readonly PushSubscription[]): Promise<void> {
    const change = this.#turn.then(async () => this.#write(next(await this.list()).slice(-MOST)));
    this.#turn = change.catch(() => {});
    return change;
  }

  async #read(): Promise<readonly PushSubscription[]> {
    const text = this.#file === undefined ? undefined : await readIfThere(this.#file);
    if (text === undefined) return [];
    try {
      return z.array(PushSubscription).parse(JSON.parse(text));
    } catch {
      throw new Error(
        `${this.#file} does not hold who has subscribed; remove it, and browsers subscribe anew`,
      );
    }
  }

  async #write(all: readonly PushSubscription[]): Promise<void> {
    this.#all = all;
    if (this.#file !== undefined) await writePrivate(this.#file, `${JSON.stringify(all)}\n`);
  }
}
