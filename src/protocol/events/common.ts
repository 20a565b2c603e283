// What the data of an event may carry whatever its type, and the small words the schemas share.
import { z } from 'zod';

/**
 * Fields that ride on every event a hook or a transcript told, when the agent told them.
 * The rest of what every payload has stays out: `sessionId` and `agentId` are in the envelope,
 * `transcriptPath` is in `session.discovered`, and all of it is in the `hook.*` form of the event.
 */
export const common = {
  cwd: z.string().optional().describe('The working directory at that moment.'),
  permissionMode: z
    .string()
    .optional()
    .describe('`default`, `plan`, `acceptEdits`, `bypassPermissions`, `auto`, ...'),
  promptId: z.string().optional().describe('The prompt that this happened under.'),
  causedBy: z
    .string()
    .optional()
    .describe('The message that this follows from: what its session did under a prompt that somebody sent.'),
  recovered: z
    .boolean()
    .optional()
    .describe('True when it was told after the fact, from a transcript or the spool.'),
};

/** What a field is when the agent should not tell it, though it always does: empty. */
export const EMPTY = z.registry<{ readonly value: string | readonly never[] }>();

/** A string that every event of the type has. */
export function word(description: string): z.ZodString {
  return z.string().describe(description).register(EMPTY, { value: '' });
}

/** A list that every event of the type has. */
export function list<T extends z.ZodType>(of: T, description: string): z.ZodArray<T> {
  return z.array(of).describe(description).register(EMPTY, { value: [] });
}

/** A string the agent may leave out. */
export function text(description: string): z.ZodOptional<z.ZodString> {
  return z.string().optional().describe(description);
}

/** JSON of the agent's own making, passed through as it came (redaction and trimming aside). */
export function foreign(description: string): z.ZodOptional<z.ZodUnknown> {
  return z.unknown().optional().describe(description);
}

/** Schema of an event's data: the fields given and what every event may carry. */
export function eventData<T extends z.ZodRawShape>(
  description: string,
  fields: T,
): z.ZodObject<{ [K in keyof (T & typeof common)]: (T & typeof common)[K] }> {
  return z.object({ ...fields, ...common }).describe(description);
}
