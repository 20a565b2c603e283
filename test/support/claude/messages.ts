// Turns a scenario's step into what the Messages API sends: one message, or the events that stream it.
import { randomBytes } from 'node:crypto';
import type { Step, ToolCall, Usage } from './scenarios.ts';

export interface Answer {
  id: string;
  model: string;
  step: Step;
  /** What `{project}` stands for. */
  project: string;
}

type Content =
  | { type: 'text'; text: string }
  | { type: 'tool_use'; id: string; name: string; input: Record<string, unknown> };

const usual: Usage = {
  input_tokens: 100,
  cache_read_input_tokens: 1000,
  cache_creation_input_tokens: 50,
  output_tokens: 20,
};

function toolUse({ name, input }: ToolCall, project: string): Content {
  const filled = Object.entries(input).map(([key, value]) => [
    key,
    typeof value === 'string' ? value.replaceAll('{project}', project) : value,
  ]);
  return {
    type: 'tool_use',
    id: `toolu_${randomBytes(8).toString('hex')}`,
    name,
    input: Object.fromEntries(filled) as Record<string, unknown>,
  };
}

function contentOf({ step, project }: Answer): Content[] {
  const tools = (step.tools ?? []).map(call => toolUse(call, project));
  return step.text === undefined ? tools : [{ type: 'text', text: step.text }, ...tools];
}

const stopReason = (step: Step): string => (step.tools?.length ? 'tool_use' : 'end_turn');

/** The whole message, for a request that does not stream. */
export function asMessage(answer: Answer): Record<string, unknown> {
  return {
    id: answer.id,
    type: 'message',
    role: 'assistant',
    model: answer.model,
    content: contentOf(answer),
    stop_reason: stopReason(answer.step),
    stop_sequence: null,
    usage: { ...usual, ...answer.step.usage },
  };
}

/** One server-sent event; what else it carries depends on its type. */
export type StreamEvent = { type: string; [field: string]: unknown };

/** The same message as the server-sent events the client expects, in order. */
export function asEvents(answer: Answer): StreamEvent[] {
  const whole = asMessage(answer);
  const usage = { ...usual, ...answer.step.usage };
  const start = { ...whole, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } };
  const blocks = contentOf(answer).flatMap((block, index) => {
    const text = block.type === 'text';
    const empty = text ? { ...block, text: '' } : { ...block, input: {} };
    const delta = text
      ? { type: 'text_delta', text: block.text }
      : { type: 'input_json_delta', partial_json: JSON.stringify(block.input) };
    return [
      { type: 'content_block_start', index, content_block: empty },
      { type: 'content_block_delta', index, delta },
      { type: 'content_block_stop', index },
    ];
  });
  return [
    { type: 'message_start', message: start },
    ...blocks,
    { type: 'message_delta', delta: { stop_reason: stopReason(answer.step), stop_sequence: null }, usage },
    { type: 'message_stop' },
  ];
}
