// A body as a schema has it, or in words what is wrong with it.
import type { z } from 'zod';
import { HttpError } from './http-error.ts';

/** @throws HttpError invalid_message (400), naming every field that is wrong */
export function checked<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const said = parsed.error.issues.map(({ path, message }) =>
    [path.join('.'), message].filter(Boolean).join(': '),
  );
  throw new HttpError('invalid_message', `the body is not right: ${said.join('; ')}`);
}
