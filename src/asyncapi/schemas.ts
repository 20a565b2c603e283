// From zod to the JSON Schemas of the document: shared shapes are named once and referred to.
import { z } from 'zod';
import {
  AgentSnapshot,
  AgentState,
  Counts,
  CurrentPrompt,
  Epoch,
  EventEnvelope,
  FinishedTool,
  Message,
  MessageState,
  PendingPermission,
  Position,
  Priority,
  Recipient,
  RequestId,
  RunningTool,
  SessionState,
  UsageTotals,
  Via,
} from '../protocol/index.ts';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** What several messages share, by its name under `components.schemas`. */
const SHARED = {
  EventEnvelope,
  SessionState,
  AgentSnapshot,
  AgentState,
  Counts,
  RunningTool,
  FinishedTool,
  PendingPermission,
  CurrentPrompt,
  UsageTotals,
  Message,
  Recipient,
  MessageState,
  Priority,
  Via,
  Position,
  Epoch,
  RequestId,
} as const;

/**
 * JSON Schemas of the payloads given and of what they share. AsyncAPI's schema object is a superset of draft-07.
 * They are open (a field may be added at any time) and what has a default may be left out, hence `io: 'input'`.
 */
export function jsonSchemas(payloads: Readonly<Record<string, z.ZodType>>): {
  readonly shared: Record<string, JsonSchema>;
  readonly payloads: Record<string, JsonSchema>;
} {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries({ ...SHARED, ...payloads })) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    target: 'draft-07',
    io: 'input',
    uri: id => `#/components/schemas/${id}`,
    override: ({ jsonSchema }) => dropNoise(jsonSchema),
  });
  const pick = (names: readonly string[]): Record<string, JsonSchema> =>
    Object.fromEntries(names.map(name => [name, withoutHead(schemas[name] ?? {})]));
  return { shared: pick(Object.keys(SHARED)), payloads: pick(Object.keys(payloads)) };
}

// Bounds of what a JavaScript number holds, that keys are strings, and a format only zod knows tell a reader nothing.
function dropNoise(schema: JsonSchema): void {
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  delete schema.propertyNames;
  if (schema.format === 'starts_with') delete schema.format;
}

// Inside the document a schema is known by its place, not by an id of its own.
function withoutHead({ $schema: _schema, $id: _id, ...rest }: JsonSchema): JsonSchema {
  return rest;
}
