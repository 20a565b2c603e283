// The mark in a service file of ours: what it runs, and whether somebody has changed the file since.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Job } from './job.ts';

const Mark = z.object({
  version: z.string(),
  home: z.string(),
  node: z.string(),
  script: z.string(),
  log: z.string().exactOptional(),
});
export type Mark = z.infer<typeof Mark>;

const MARK = /hookline-service (\{.*\})/;

/** The text with its mark. @param render puts a line where a comment can stand, of XML too */
export function marked(render: (mark: string) => string, job: Job): string {
  const { version, home, node, script, log } = job;
  const facts = { version, home, node, script, ...(log === undefined ? {} : { log }) };
  const line = (digest: object): string => `hookline-service ${inComment({ ...facts, ...digest })}`;
  return render(line({ digest: digestOf(render(line({}))) }));
}

/** The mark of a text, and whether the text is as it was written; undefined where it has none. */
export function readMark(text: string): { readonly mark: Mark; readonly edited: boolean } | undefined {
  const json = MARK.exec(text)?.[1];
  if (json === undefined) return undefined;
  try {
    const { digest, ...facts } = JSON.parse(json) as Record<string, unknown>;
    const written = text.replace(json, () => inComment(facts));
    return { mark: Mark.parse(facts), edited: digestOf(written) !== digest };
  } catch {
    return undefined;
  }
}

/** JSON without what means something in XML. */
const inComment = (facts: object): string =>
  JSON.stringify(facts)
    .replaceAll('--', '-\\u002d')
    .replace(/[&<>]/g, found => `\\u00${found.charCodeAt(0).toString(16)}`);

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');
