// An event as environment variables: `HOOKLINE_TYPE`, `HOOKLINE_DATA_TOOL_NAME`, ... The whole of it is on stdin; these are for convenience.
import type { EventEnvelope, Position } from '../../protocol/index.ts';

/** Bytes of one value, and of all of them: a system takes only so much (E2BIG). */
const VALUE_BYTES = 8 * 1024;
const ALL_BYTES = 64 * 1024;
const NAME_LENGTH = 100;
const DEPTH = 3;

/** What a terminal might act on, and NUL, which no variable can hold. Line breaks and tabs stay. */
const CONTROLS = /(?![\n\t])\p{Cc}/gu;

/** Variables of an event around this one, which have nothing to do with it. */
const OURS = /^HOOKLINE_(?:TYPE|SEQ|EPOCH|TIMESTAMP|SESSION_ID|AGENT_ID|SOURCE|TRIMMED|DATA_.*)$/;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment for a command that is run for an event: the one given, and the event's. Texts, numbers and booleans become
 * variables, those of nested objects too (`data.tool_input.command` is `HOOKLINE_DATA_TOOL_INPUT_COMMAND`); lists and empty values do
 * not. `HOOKLINE_TRIMMED` is 1 when something was cut or left out.
 */
export function environmentFor(
  event: EventEnvelope,
  epoch: Position['epoch'],
  base: Environment,
): Environment {
  const { type, seq, timestamp, sessionId, agentId, source, data } = event;
  const variables = new Variables();
  variables.set('TYPE', type);
  variables.set('SEQ', String(seq));
  variables.set('EPOCH', epoch);
  variables.set('TIMESTAMP', String(timestamp));
  variables.set('SESSION_ID', sessionId);
  if (agentId !== undefined) variables.set('AGENT_ID', agentId);
  variables.set('SOURCE', source);
  variables.setAll('DATA', data, DEPTH);
  const inherited = Object.entries(base).filter(([name]) => !OURS.test(name));
  return { ...Object.fromEntries(inherited), ...variables.all };
}

class Variables {
  readonly all: Record<string, string> = {};
  #bytes = 0;

  setAll(prefix: string, values: object, depth: number): void {
    for (const [key, value] of Object.entries(values)) {
      const name = `${prefix}_${variableName(key)}`;
      if (['string', 'number', 'boolean'].includes(typeof value)) this.set(name, String(value));
      else if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
      else if (depth > 1) this.setAll(name, value, depth - 1);
    }
  }

  /** The first of two values with the same name stays. */
  set(suffix: string, value: string): void {
    const name = `HOOKLINE_${suffix}`;
    if (Object.hasOwn(this.all, name)) return;
    const text = cut(value.slice(0, VALUE_BYTES).replace(CONTROLS, ''), VALUE_BYTES);
    const bytes = name.length + Buffer.byteLength(text) + 2;
    if (name.length > NAME_LENGTH || this.#bytes + bytes > ALL_BYTES) {
      this.all['HOOKLINE_TRIMMED'] = '1';
      return;
    }
    if (text.length < value.replace(CONTROLS, '').length) this.all['HOOKLINE_TRIMMED'] = '1';
    this.#bytes += bytes;
    this.all[name] = text;
  }
}

/** `toolName` → `TOOL_NAME`; what no variable's name can hold becomes `_`. */
function variableName(key: string): string {
  return key
    .slice(0, NAME_LENGTH + 1)
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase();
}

/** The beginning of a text that fits, without half a character at its end. */
function cut(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  return new TextDecoder().decode(Buffer.from(text).subarray(0, bytes), { stream: true });
}
