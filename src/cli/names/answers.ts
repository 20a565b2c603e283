// What the daemon answers about names.
import { z } from 'zod';

export const NameAnswer = z.object({
  name: z.string(),
  sessionId: z.string().optional(),
  live: z.boolean(),
  groups: z.array(z.string()),
  by: z.enum(['given', 'environment', 'agent', 'rule']).optional(),
  ways: z.array(z.object({ path: z.string(), whyNot: z.string().optional() })),
});
export type NameAnswer = z.infer<typeof NameAnswer>;

/** The first way that leads there, if any, and those before it. */
export function openWay(
  ways: NameAnswer['ways'],
): [open: NameAnswer['ways'][number] | undefined, before: NameAnswer['ways']] {
  const at = ways.findIndex(({ whyNot }) => whyNot === undefined);
  return at === -1 ? [undefined, ways] : [ways[at], ways.slice(0, at)];
}

export const NamesAnswer = z.object({ names: z.array(NameAnswer) });

export const resourceOf = (name: string): string => `/api/names/${encodeURIComponent(name)}`;
