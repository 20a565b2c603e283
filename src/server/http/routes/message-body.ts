// What comes with a request about messages or names, checked, and what the inbox says against it.
import type { Context } from 'hono';
import type { z } from 'zod';
import { InboxError } from '../../../inbox/index.ts';
import { codeOf } from '../../sender.ts';
import type { AppEnv } from '../app-env.ts';
import { takeJson } from '../body.ts';
import { checked } from '../checked.ts';
import { HttpError } from '../http-error.ts';
import type { Room } from '../room.ts';
import { checkStillValid } from './routes.ts';

/** Largest body, in bytes: a text of 64 KiB, each character of it escaped, and what comes with it. */
const BODY_MOST = 1024 * 1024;

export type BodyReader = <T>(c: Context<AppEnv>, schema: z.ZodType<T>) => Promise<T>;

/** @returns a function that throws HttpError invalid_message (400), naming every field that is wrong, and unauthorized, once the token is not valid */
export function bodyReader(room: Room): BodyReader {
  const mend = 'put what is long into a file, and name that under files';
  return async (c, schema) => {
    const body = await takeJson(c.env.incoming, { most: BODY_MOST, room, mend }, value =>
      checked(schema, value),
    );
    checkStillValid(c);
    return body;
  };
}

/** What the inbox refuses is answered with its words. */
export async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof InboxError)) throw error;
    throw new HttpError(codeOf(error), error.message, { cause: error, retryAfterMs: error.retryAfterMs });
  }
}
