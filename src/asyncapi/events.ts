// Every event as a message: the envelope, with the data of its type.
import { z } from 'zod';
import { EVENT_DATA, EVENT_TYPES, EventEnvelope, type EventType, exampleEvent } from '../protocol/index.ts';
import type { MessageSource, MessageSources } from './message.ts';

/** The name under which the document has the `hook.<snake_case_event>` form of events. */
export const HOOK_EVENT = 'hook';

function eventMessage(type: EventType): MessageSource {
  const data = EVENT_DATA[type];
  return {
    summary: data.description ?? '',
    tag: 'event',
    schema: EventEnvelope.and(z.object({ type: z.literal(type), data })),
    examples: [{ name: type, payload: exampleEvent(type) }],
  };
}

const hookEvent: MessageSource = {
  summary: 'A hook by its own name, with the payload as the agent sent it (redaction and trimming aside).',
  description: [
    '`hook.<snake_case_event>` is a second topic of the one event that carries the payload of a hook: `PreToolUse` is `hook.pre_tool_use`. Whoever subscribes by it gets the event in this form, under the same `seq`; who matches both ways gets the normal form, once.',
    'A hook that hookline has no normal form for comes in this form only.',
  ].join('\n\n'),
  tag: 'event',
  schema: EventEnvelope.and(
    z.object({
      type: z
        .string()
        .regex(/^hook\.[a-z0-9_]+$/)
        .describe('`hook.` and the snake_case name of the hook event.'),
      data: z.looseObject({
        session_id: z.string().optional().describe('The session, as the agent names it.'),
        hook_event_name: z.string().optional().describe("The hook event's own name."),
      }),
    }),
  ),
  examples: [
    {
      name: 'hook.pre_tool_use',
      payload: {
        ...exampleEvent('tool.use'),
        type: 'hook.pre_tool_use',
        data: {
          session_id: '8dd92b6f',
          transcript_path: '/home/dev/.claude/projects/-home-dev-shop/8dd92b6f.jsonl',
          cwd: '/home/dev/shop',
          prompt_id: 'bb0d8099',
          permission_mode: 'default',
          hook_event_name: 'PreToolUse',
          tool_name: 'Bash',
          tool_input: { command: 'npm test', description: 'Run the tests' },
          tool_use_id: 'toolu_473414b3',
        },
      },
    },
  ],
};

/** Every event type by its topic, and the form that hooks have under their own names. */
export const EVENT_MESSAGES: MessageSources = {
  ...Object.fromEntries(EVENT_TYPES.map(type => [type, eventMessage(type)])),
  [HOOK_EVENT]: hookEvent,
};
