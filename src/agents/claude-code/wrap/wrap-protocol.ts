// What daemon and wrap say to each other on the wrap's socket, one JSON text a line, one message a connection.
import { z } from 'zod';

/**
 * The daemon says `message`, the wrap `ready` or `refused`, and only once the daemon has said `go` anything is typed: whoever gave up
 * waiting does not say it. Then the wrap says what became of it.
 */
export const ToWrap = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('message'),
    messageId: z.uuid(),
    sessionId: z.string(),
    /** With our header above it. */
    text: z.string().max(1024 * 1024),
    attempt: z.int().positive(),
  }),
  z.object({ type: z.literal('go') }),
]);
export type ToWrap = z.infer<typeof ToWrap>;

export const FromWrap = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('refused'), reason: z.string() }),
  z.object({ type: z.literal('submitted') }),
  z.object({ type: z.literal('dropped'), reason: z.string() }),
]);
export type FromWrap = z.infer<typeof FromWrap>;

/** A line that is longer is none of ours, in characters. */
export const LINE_MOST = 2 * 1024 * 1024;

/** What a line says; undefined when that is nothing of ours. */
export function parsed<T>(schema: z.ZodType<T>, line: string): T | undefined {
  try {
    const result = schema.safeParse(JSON.parse(line));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}

export const lineOf = (said: ToWrap | FromWrap): string => `${JSON.stringify(said)}\n`;
