// A JSON Schema as rows that a person can read: path, type, whether it must be there, what it means.

import type { Schema } from './document.ts';

const REF = '#/components/schemas/';

/** The name of the shared shape that a schema is nothing but a reference to. */
function shapeOf(schema: Schema): string | undefined {
  const [only = schema, ...others] = schema.properties === undefined ? (schema.allOf ?? []) : [];
  const shape = others.length === 0 ? only : schema;
  return shape.$ref?.startsWith(REF) ? shape.$ref.slice(REF.length) : undefined;
}

/** A part of a type in words: the name of a shared shape, or text. */
export interface TypePart {
  readonly shape?: string;
  readonly text?: string;
}

export interface Field {
  readonly path: string;
  readonly type: readonly TypePart[];
  readonly bounds: string;
  readonly required: boolean;
  readonly description: string;
}

/** A type in words, in parts. */
export function typeOf(schema: Schema): TypePart[] {
  const shape = shapeOf(schema);
  if (shape !== undefined) return [{ shape }];
  if (schema.const !== undefined) return [{ text: JSON.stringify(schema.const) }];
  if (schema.enum) return [{ text: schema.enum.map(value => JSON.stringify(value)).join(' | ') }];
  if (schema.anyOf)
    return schema.anyOf.flatMap((one, index) => [...(index > 0 ? [{ text: ' | ' }] : []), ...typeOf(one)]);
  if (schema.type === 'array') return [...typeOf(schema.items ?? {}), { text: '[]' }];
  const values = schema.additionalProperties;
  if (schema.type === 'object' && isSchema(values)) return [{ text: 'map of ' }, ...typeOf(values)];
  return [{ text: schema.type ?? 'any' }];
}

const isSchema = (value: boolean | Schema | undefined): value is Schema =>
  typeof value === 'object' && Object.keys(value).length > 0;

/** Bounds and defaults in words: `1 to 1000`, `at most 100`, `default 100`. */
export function boundsOf(schema: Schema): string {
  const words: string[] = [];
  const range = (least: number | undefined, most: number | undefined, unit: string): void => {
    if (least !== undefined && most !== undefined) words.push(`${least} to ${most}${unit}`);
    else if (most !== undefined) words.push(`at most ${most}${unit}`);
    else if (least !== undefined && least > 0) words.push(`at least ${least}${unit}`);
  };
  range(schema.minimum, schema.maximum, '');
  range(schema.minLength, schema.maxLength, ' characters');
  range(schema.minItems, schema.maxItems, ' items');
  if (schema.pattern !== undefined) words.push(`matches ${schema.pattern}`);
  if (schema.default !== undefined) words.push(`default ${JSON.stringify(schema.default)}`);
  return words.join(', ');
}

/** The fields of an object schema, those of nested objects under a dotted path. */
export function fieldsOf(schema: Schema, prefix = ''): Field[] {
  const merged = schema.allOf ? schema.allOf.filter(part => part.$ref === undefined) : [schema];
  return merged.flatMap(part =>
    Object.entries(part.properties ?? {}).flatMap(([name, field]) => {
      const path = prefix + name;
      const inner = field.type === 'array' ? (field.items ?? {}) : field;
      const mark = field.type === 'array' ? '[].' : '.';
      return [
        {
          path,
          type: typeOf(field),
          bounds: boundsOf(field),
          required: part.required?.includes(name) ?? false,
          description: field.description ?? '',
        },
        ...(inner.properties ? fieldsOf(inner, path + mark) : []),
      ];
    }),
  );
}

/** The schema of an event's `data`. */
export function dataOf(payload: Schema): Schema {
  return payload.allOf?.map(part => part.properties?.['data']).find(data => data !== undefined) ?? {};
}
