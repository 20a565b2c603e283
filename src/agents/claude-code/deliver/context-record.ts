// What a transcript shows of text that a hook brought: the client writes it down as the model gets it (observed with 2.1.197 and 2.1.332).
import fs from 'node:fs';
import { type Fate, headersIn } from '../../../inbox/index.ts';
import { isObject, type JsonObject } from '../../../json.ts';
import { isUnchanged, openRegular, type Stamp, stampOf } from '../../../regular-file.ts';
import { timeOf } from '../transcript/lines.ts';

/** Read at a time, in bytes. */
const CHUNK_BYTES = 256 * 1024;
/** How far back it is looked, in bytes. */
const MOST_BYTES = 32 * 1024 * 1024;
/** Lines are not quite in the order of their times, in milliseconds. */
const SLACK_MS = 60_000;
/** How many messages are kept in mind at once. */
const MOST_KNOWN = 1000;
/** A prompt may be put into a turn whose next answer is on its way already; the one after that has it. */
const ENOUGH_WITHOUT = 2;

/** The texts that a line of a transcript shows the model to have got in the way that is meant. */
export type TextsOf = (line: JsonObject) => readonly string[];

export class ContextRecord {
  readonly #textsOf: TextsOf;
  /** By message, how the transcript was when it did not tell yet. */
  readonly #known = new Map<string, Stamp>();

  constructor(textsOf: TextsOf = textsOfContext) {
    this.#textsOf = textsOf;
  }

  /** Undefined when the transcript tells neither, or cannot be read. */
  fate(transcript: string, messageId: string, givenAt: number): Fate | undefined {
    const file = openRegular(transcript);
    if (file === undefined) return undefined;
    try {
      const stamp = stampOf(fs.fstatSync(file));
      if (isUnchanged(this.#known.get(messageId), stamp)) return undefined;
      const fate = this.#fateIn(linesFromTheEnd(file, stamp.size), messageId, givenAt);
      this.#keep(messageId, fate === undefined ? stamp : undefined);
      return fate;
    } catch {
      return undefined;
    } finally {
      fs.closeSync(file);
    }
  }

  /** An answer goes on from the line that has the message; or the model has answered twice since, and there is no such line. */
  #fateIn(lines: Iterable<string>, messageId: string, givenAt: number): Fate | undefined {
    const since: JsonObject[] = [];
    const answers = new Set<unknown>();
    for (const text of lines) {
      const line = parsed(text);
      if (line === undefined || line['isSidechain'] === true) continue;
      if (this.#brings(line, messageId)) return isAnswered(line, since) ? 'read' : undefined;
      const time = timeOf(line) ?? Number.POSITIVE_INFINITY;
      if (time < givenAt - SLACK_MS) break;
      since.push(line);
      if (isAnswer(line) && time > givenAt) answers.add(isObject(line['message']) && line['message']['id']);
    }
    return answers.size >= ENOUGH_WITHOUT ? 'lost' : undefined;
  }

  #brings(line: JsonObject, messageId: string): boolean {
    return this.#textsOf(line).some(text => headersIn(text).some(({ id }) => id === messageId));
  }

  #keep(messageId: string, stamp: Stamp | undefined): void {
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    if (stamp === undefined) this.#known.delete(messageId);
    else this.#known.set(messageId, stamp);
  }
}

function textsOfContext({ attachment }: JsonObject): readonly string[] {
  if (!isObject(attachment) || attachment['type'] !== 'hook_additional_context') return [];
  const content: unknown[] = Array.isArray(attachment['content']) ? attachment['content'] : [];
  return content.filter(one => typeof one === 'string');
}

/** What merely stands behind it may be the answer to something before it: each line says which one it goes on from. */
function isAnswered({ uuid }: JsonObject, since: readonly JsonObject[]): boolean {
  const follow = new Set([uuid]);
  for (const line of since.toReversed()) {
    if (!follow.has(line['parentUuid'])) continue;
    if (isAnswer(line)) return true;
    follow.add(line['uuid']);
  }
  return false;
}

const isAnswer = ({ type }: JsonObject): boolean => type === 'assistant';

function parsed(text: string): JsonObject | undefined {
  try {
    const line: unknown = JSON.parse(text);
    return isObject(line) ? line : undefined;
  } catch {
    return undefined;
  }
}

/** Whole lines only: one that is being written has no end yet. */
function* linesFromTheEnd(file: number, size: number): Generator<string> {
  const stop = Math.max(0, size - MOST_BYTES);
  let rest: Buffer = Buffer.alloc(0);
  let isLast = true;
  for (let end = size; end > stop; end -= CHUNK_BYTES) {
    const begin = Math.max(stop, end - CHUNK_BYTES);
    const bytes = Buffer.alloc(end - begin);
    fs.readSync(file, bytes, 0, bytes.length, begin);
    const first = bytes.indexOf(NEWLINE);
    if (first === -1) {
      rest = Buffer.concat([bytes, rest]);
      continue;
    }
    const lines = Buffer.concat([bytes.subarray(first + 1), rest])
      .toString('utf8')
      .split('\n');
    // What stands behind the last line break is none yet.
    if (isLast) lines.pop();
    isLast = false;
    yield* lines.reverse();
    rest = bytes.subarray(0, first);
  }
  if (stop === 0 && !isLast) yield rest.toString('utf8');
}

const NEWLINE = 0x0a;
