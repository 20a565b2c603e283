// Which webhooks there are: a private file each below HOOKLINE_HOME, so that adding one never disturbs another.
import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { errorCode, isMissing, readIfThere, writePrivate } from '../private-file.ts';
import { MESSAGE_LIMITS, Name, Priority } from '../protocol/index.ts';
import { SECRET_BYTES, secretBytes } from '../standard-webhooks.ts';
import { TEMPLATE_MOST } from './template.ts';

/** A secret of somebody's own choice, which nobody shall have to guess the blanks of. */
const OWN_SECRET = /^[\x21-\x7e][\x20-\x7e]{14,254}[\x21-\x7e]$/;

export const WebhookSecret = z
  .string()
  .refine(
    text => (text.startsWith('whsec_') ? secretBytes(text) !== undefined : OWN_SECRET.test(text)),
    `must be "whsec_" and ${SECRET_BYTES.min} to ${SECRET_BYTES.max} bytes in base64, or 16 to 256 letters, digits and signs`,
  );

/** Where posts of somebody's may come in, and what becomes of them. */
export const Webhook = z.strictObject({
  name: Name,
  /** Whom its messages are for. */
  to: z.string().regex(/^\S{1,256}$/, 'must be a name, or the id of a session'),
  secret: WebhookSecret,
  /** What its messages say; without one they carry what was posted. */
  template: z.string().min(1).max(TEMPLATE_MOST).optional(),
  priority: Priority.optional(),
  ttlMs: z.int().min(MESSAGE_LIMITS.ttlMs.least).max(MESSAGE_LIMITS.ttlMs.most).optional(),
  /** Milliseconds since 1970. */
  createdAt: z.int(),
});
export type Webhook = z.infer<typeof Webhook>;

/** A file of a webhook holds something else; its content is never part of the message. */
export class WebhookFileError extends Error {
  readonly code = 'webhook_file';
  override readonly name = 'WebhookFileError';
}

const FOLDER = 'webhooks';
const ENDING = '.json';

export const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

export class Webhooks {
  readonly #folder: string;

  /** @param home the state directory */
  constructor(home: string) {
    this.#folder = path.join(home, FOLDER);
  }

  /** The webhook of this name as it is now, undefined where there is none. @throws WebhookFileError */
  async find(name: string): Promise<Webhook | undefined> {
    if (!Name.safeParse(name).success) return undefined;
    const file = this.#fileOf(name);
    const text = await readIfThere(file);
    if (text === undefined) return undefined;
    const webhook = parsed(text, file);
    // Where big and small letters are the same to the disk, they are not to us.
    return webhook.name === name ? webhook : undefined;
  }

  /** All of them, by name. @throws WebhookFileError */
  async list(): Promise<Webhook[]> {
    const found = await Promise.all((await this.names()).map(name => this.find(name)));
    return found.filter(one => one !== undefined);
  }

  /** The names of all there are, sorted. */
  async names(): Promise<string[]> {
    try {
      const files = await fs.readdir(this.#folder);
      return files
        .filter(file => file.endsWith(ENDING))
        .map(file => file.slice(0, -ENDING.length))
        .sort();
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  /** Adds one, whole from its first moment. Returns false where there is one of this name already; that one stays. */
  async add(webhook: Webhook): Promise<boolean> {
    const file = this.#fileOf(webhook.name);
    const fresh = `${file}.${process.pid}-${randomBytes(4).toString('hex')}.new`;
    await writePrivate(fresh, textOf(webhook));
    try {
      await fs.link(fresh, file);
      return true;
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return false;
      throw error;
    } finally {
      await fs.rm(fresh, { force: true });
    }
  }

  /** Puts one in the place of whichever has its name. */
  async replace(webhook: Webhook): Promise<void> {
    await writePrivate(this.#fileOf(webhook.name), textOf(webhook));
  }

  /** Returns false where there was none. */
  async remove(name: string): Promise<boolean> {
    if (!Name.safeParse(name).success) return false;
    try {
      await fs.unlink(this.#fileOf(name));
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  #fileOf(name: string): string {
    return path.join(this.#folder, `${name}${ENDING}`);
  }
}

const textOf = (webhook: Webhook): string => `${JSON.stringify(webhook, null, 2)}\n`;

function parsed(text: string, file: string): Webhook {
  try {
    return Webhook.parse(JSON.parse(text));
  } catch {
    // What a parser says would quote what is in it.
    throw new WebhookFileError(`${file} does not hold a webhook; remove it, and add the webhook anew`);
  }
}
