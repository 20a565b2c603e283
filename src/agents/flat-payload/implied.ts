// What a flat payload tells beside its own event: of its session, of the call, of the subagent.
import type { Implied } from '../../dedup/index.ts';
import type { JsonObject } from '../../json.ts';
import { complete, type EventDataOf, type EventType } from '../../protocol/index.ts';
import { json, or, type Reader, text } from './fields.ts';

/** Fields of an event's data, and where a payload has each. */
export type Readers<T extends EventType> = { readonly [K in keyof EventDataOf<T>]?: Reader };

/** What every payload may have and every event carries; see the schema of events for why no more. */
const COMMON: Readonly<Record<string, Reader>> = {
  cwd: text('cwd'),
  permissionMode: text('permission_mode'),
  promptId: text('prompt_id'),
};

/** Reads an event's data out of payloads; fields the payload lacks are left out, or empty where the type promises them. */
export function dataReader<T extends EventType>(
  type: T,
  fields: Readers<T> = {},
): (payload: JsonObject) => EventDataOf<T> {
  const readers = Object.entries<Reader | undefined>({ ...fields, ...COMMON });
  return payload => {
    const data: Record<string, unknown> = {};
    for (const [name, read] of readers) {
      const value = read?.(payload);
      if (value !== undefined) data[name] = value;
    }
    return complete(type, data);
  };
}

export const SESSION = {
  startedBy: or(text('source'), 'hook'),
  model: text('model'),
  name: text('session_title'),
  transcriptPath: text('transcript_path'),
} as const satisfies Readers<'session.discovered'>;
export const CALL = {
  toolName: text('tool_name'),
  toolUseId: text('tool_use_id'),
  input: json('tool_input'),
} as const satisfies Readers<'tool.use'>;
export const SUBAGENT = {
  agentType: text('agent_type'),
  transcriptPath: text('agent_transcript_path'),
} as const satisfies Readers<'agent.started'>;

const session = dataReader('session.discovered', SESSION);
const toolUse = dataReader('tool.use', CALL);
const subagent = dataReader('agent.started', SUBAGENT);

/** For agents whose payloads are flat. */
export const impliedByFlatPayload: Implied = {
  // In a payload that is no start, these fields say something else.
  session: ({ source: _, ...rest }) => session(rest),
  toolUse,
  subagent: ({ agent_transcript_path: _, ...rest }) => subagent(rest),
};
