// What the recorded client sends and writes, demo/claude-code.jsonl: shapes with `${...}` where the player fills something in.
import fs from 'node:fs';
import { z } from 'zod';

export type JsonObject = Readonly<Record<string, unknown>>;

/** The folder of everything recorded. */
export const RECORDED: URL = new URL('../../../demo/', import.meta.url);

const Shape = z.strictObject({ shape: z.string(), of: z.unknown() });

let shapes: ReadonlyMap<string, unknown> | undefined;

function readShapes(): ReadonlyMap<string, unknown> {
  const lines = fs.readFileSync(new URL('claude-code.jsonl', RECORDED), 'utf8').split('\n');
  const read = lines.filter(line => line !== '').map(line => Shape.parse(JSON.parse(line)));
  return new Map(read.map(({ shape, of }) => [shape, of]));
}

/** @throws Error when there is no shape of this name. */
export function shapeOf(name: string): unknown {
  shapes ??= readShapes();
  if (!shapes.has(name)) throw new Error(`demo: claude-code.jsonl has no shape "${name}"`);
  return shapes.get(name);
}

/** The payload of a hook: what all have, what those of its name have, and its own, which may name values too. */
export function hookPayload(name: string, values: JsonObject, own: JsonObject = {}): JsonObject {
  const fields = { ...filled('hook', values), hook_event_name: name, ...filled(`hook ${name}`, values) };
  return { ...fields, ...(fill(own, values) as JsonObject) };
}

/** A line of a transcript, of this shape or of the shape of this name, without its time. */
export function transcriptLine(shape: string | JsonObject, values: JsonObject): JsonObject {
  const own = fill(typeof shape === 'string' ? shapeOf(`line ${shape}`) : shape, values);
  return { ...filled('line', values), ...(own as JsonObject) };
}

/** The shape of this name, filled; an object unless it is a text. */
export function filled(name: string, values: JsonObject): JsonObject {
  return fill(shapeOf(name), values) as JsonObject;
}

/**
 * A copy with the values in it. A string that is nothing but `${a.b}` becomes that value, of whatever type; a field that would have
 * none is left out.
 *
 * @throws Error for a name that is not among the values, or one without a value within a text.
 */
function fill(shape: unknown, values: JsonObject): unknown {
  if (typeof shape === 'string') return fillText(shape, values);
  if (Array.isArray(shape)) return shape.map(item => fill(item, values));
  if (typeof shape !== 'object' || shape === null) return shape;
  const fields = Object.entries(shape).map(([key, value]) => [key, fill(value, values)] as const);
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}

const NAME = /\$\{([\w.]+)\}/g;

function fillText(text: string, values: JsonObject): unknown {
  const whole = /^\$\{([\w.]+)\}$/.exec(text)?.[1];
  if (whole !== undefined) return lookUp(whole, values);
  return text.replaceAll(NAME, (_, name: string) => {
    const value = lookUp(name, values);
    if (value === undefined) throw new Error(`demo: ${name} has no value in ${JSON.stringify(text)}`);
    return String(value);
  });
}

function lookUp(name: string, values: JsonObject): unknown {
  const [first = '', ...more] = name.split('.');
  if (!(first in values)) throw new Error(`demo: nothing is known of \${${name}}`);
  return more.reduce((value, key) => (value as JsonObject | undefined)?.[key], values[first]);
}
