// The recorded sessions of the demo, demo/sessions/*.jsonl: what a line of them says, and how they are read.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { RECORDED } from './shapes.ts';

/** Tokens of one API message: input, output, read from the cache, written to the cache. */
const Usage = z.tuple([z.number(), z.number(), z.number(), z.number()]);
export type Usage = Readonly<z.infer<typeof Usage>>;

/** The first line of a file: whose session it is. */
const Head = z.strictObject({
  /** What there is to see, in a sentence. */
  about: z.string(),
  cwd: z.string(),
  gitBranch: z.string(),
  permission_mode: z.string(),
  /** What `${name}` stands for in `hook` and `line`. */
  texts: z.record(z.string(), z.string()).default({}),
});
export type Head = Readonly<z.infer<typeof Head>>;

/** When, and in whose conversation. */
const moment = {
  /** Second of the story; negative for what happened before the daemon started. */
  at: z.number().optional(),
  /** Or: seconds after the line before it of the same conversation; a subagent's first counts from the main one. */
  after: z.number().nonnegative().optional(),
  /** The call that sent the subagent whose conversation it is. Default: the main one. */
  agent: z.string().optional(),
};

/** What a line may say, by the field that tells it from the others. Calls have names, which lead to their results. */
const ENTRIES = {
  /** A hook is called. What most payloads share is filled in, and what is asked for of a `call`. */
  hook: z.strictObject({
    ...moment,
    hook: z.looseObject({ hook_event_name: z.string() }),
    call: z.string().optional(),
  }),
  /** The transcript grows by a line. What all of them share is filled in. */
  line: z.strictObject({
    ...moment,
    line: z.looseObject({ type: z.enum(['user', 'assistant', 'system']) }),
  }),
  /** The user types something. */
  prompt: z.strictObject({ ...moment, prompt: z.string() }),
  /** The model has written a message: words, calls (name → tool and its input), or both. Without calls its turn is over. */
  usage: z.strictObject({
    ...moment,
    says: z.string().optional(),
    calls: z.record(z.string(), z.looseObject({ tool: z.string() })).optional(),
    usage: Usage,
  }),
  /** A call is over: with an output or an error, or not run, because auto mode (why) or the user said no. */
  result: z.strictObject({
    ...moment,
    result: z.string(),
    output: z.string().optional(),
    error: z.string().optional(),
    denied: z.string().optional(),
    refused: z.literal(true).optional(),
    /** Of an edit: the first line that changes. */
    from: z.number().optional(),
    /** Seconds the tool ran, if it did not start at once. */
    took: z.number().optional(),
  }),
  /** A subagent begins, with this model. */
  starts: z.strictObject({ ...moment, agent: z.string(), starts: z.string() }),
  /** What this call left in the background has ended, which wakes the session. */
  hears: z.strictObject({ ...moment, hears: z.string() }),
} as const;

type Entries = {
  readonly [K in keyof typeof ENTRIES]: z.infer<(typeof ENTRIES)[K]> & { readonly at: number };
};
/** One line, `at` its second of the story. */
export type Entry<K extends keyof Entries = keyof Entries> = Entries[K];

/** What happens in one terminal, in order. */
export interface Recording {
  readonly name: string;
  readonly head: Head;
  readonly entries: readonly Entry[];
}

const FOLDER = fileURLToPath(new URL('sessions/', RECORDED));

/** All recorded sessions, the first to begin first. */
export function readRecordings(folder: string = FOLDER): Recording[] {
  const files = fs.readdirSync(folder).filter(name => name.endsWith('.jsonl'));
  const recordings = files.map(name =>
    parseRecording(name, fs.readFileSync(path.join(folder, name), 'utf8')),
  );
  return recordings.toSorted((a, b) => (a.entries[0]?.at ?? 0) - (b.entries[0]?.at ?? 0));
}

/** @throws Error for a line that is no such thing; it says which. */
export function parseRecording(name: string, text: string): Recording {
  const lines = text
    .split('\n')
    .map((line, index) => ({ line, where: `demo/sessions/${name}:${index + 1}` }));
  const [first = { line: '', where: name }, ...others] = lines.filter(({ line }) => line.trim() !== '');
  const clocks = new Map<string, number>();
  const entries = others.map(({ line, where }) => {
    const value = check(z.looseObject({}), parseJson(line, where), where);
    const kind = (Object.keys(ENTRIES) as (keyof Entries)[]).find(key => key in value);
    if (!kind) throw new Error(`${where} says none of ${Object.keys(ENTRIES).join(', ')}`);
    const entry = check<Entry>(ENTRIES[kind] as z.ZodType<Entry>, value, where);
    const { after = 0, agent = '' } = entry;
    const at = Math.round((entry.at ?? (clocks.get(agent) ?? clocks.get('') ?? 0) + after) * 1000) / 1000;
    clocks.set(agent, at);
    return { ...entry, at };
  });
  const head = check(Head, parseJson(first.line, first.where), first.where);
  return { name, head, entries: entries.toSorted((a, b) => a.at - b.at) };
}

function parseJson(line: string, where: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new Error(`${where} is not JSON`, { cause });
  }
}

function check<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  throw new Error(`${where} is no line of a recording:\n${z.prettifyError(checked.error)}`);
}
