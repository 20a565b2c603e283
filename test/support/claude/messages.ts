// Turns a scenario's step into what the Messages API sends: one message, or the events that stream it.
import { randomBytes } from 'node:crypto';
import type { Step, ToolCall, Usage } from './scenarios.ts';

/** A tool call as the model asked for it, with the id by which hooks and transcript speak of it. */
export interface IssuedCall {
  type: 'tool_use';
  id: string;
  name: string;
  input: Record<string, unknown>;
}

export interface ApiMessage {
  id: string;
  type: 'message';
  role: 'assistant';
  model: string;
  content: readonly (IssuedCall | { type: 'text'; text: string })[];
  stop_reason: 'tool_use' | 'end_turn';
  stop_sequence: null;
  usage: Usage;
}

/** One server-sent event; what else it carries depends on its type. */
export type StreamEvent = { type: string; [field: string]: unknown };

const usual: Usage = {
  input_tokens: 100,
  cache_read_input_tokens: 1000,
  cache_creation_input_tokens: 50,
  output_tokens: 20,
};

const newId = (prefix: string): string => `${prefix}_${randomBytes(8).toString('hex')}`;

function issue({ name, input }: ToolCall, project: string): IssuedCall {
  const filled = Object.entries(input).map(([key, value]) => [
    key,
    typeof value === 'string' ? value.replaceAll('{project}', project) : value,
  ]);
  return { type: 'tool_use', id: newId('toolu'), name, input: Object.fromEntries(filled) };
}

/** The whole message, as a request that does not stream gets it; `project` is what `{project}` stands for. */
export function asMessage(model: string, step: Step, project: string): ApiMessage {
  const calls = (step.tools ?? []).map(call => issue(call, project));
  return {
    id: newId('msg'),
    type: 'message',
    role: 'assistant',
    model,
    content: step.text === undefined ? calls : [{ type: 'text', text: step.text }, ...calls],
    stop_reason: calls.length > 0 ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage: { ...usual, ...step.usage },
  };
}

/** The same message as the server-sent events the client expects, in order. */
export function asEvents(message: ApiMessage): StreamEvent[] {
  const { stop_reason, stop_sequence, usage } = message;
  const blocks = message.content.flatMap((block, index) => {
    const [empty, delta] =
      block.type === 'text'
        ? [
            { ...block, text: '' },
            { type: 'text_delta', text: block.text },
          ]
        : [
            { ...block, input: {} },
            { type: 'input_json_delta', partial_json: JSON.stringify(block.input) },
          ];
    return [
      { type: 'content_block_start', index, content_block: empty },
      { type: 'content_block_delta', index, delta },
      { type: 'content_block_stop', index },
    ];
  });
  const start = { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } };
  return [
    { type: 'message_start', message: start },
    ...blocks,
    { type: 'message_delta', delta: { stop_reason, stop_sequence }, usage },
    { type: 'message_stop' },
  ];
}
