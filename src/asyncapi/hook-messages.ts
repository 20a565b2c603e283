// `POST /hook`: what is posted and how it is answered.
import { z } from 'zod';
import { HTTP_ERRORS, type HttpErrorCode, SessionId } from '../protocol/index.ts';
import type { MessageSource, MessageSources } from './message.ts';

const HookPayload = z.looseObject({
  session_id: SessionId.min(1).describe('The session that fired the hook.'),
  hook_event_name: z.string().min(1).describe('`PreToolUse`, `Stop`, ... or one that is new.'),
  transcript_path: z.string().optional().describe("The session's own journal, a JSONL file."),
  cwd: z.string().optional().describe('The working directory.'),
  prompt_id: z.string().optional().describe('The prompt this happened under.'),
  permission_mode: z.string().optional().describe('The permission mode of the session.'),
  agent_id: z.string().optional().describe('The subagent that fired it; absent for the main agent.'),
  agent_type: z.string().optional().describe("The subagent's type."),
});

const OldEnvelope = z.looseObject({
  sessionId: SessionId.min(1).describe('The session.'),
  type: z.string().min(1).describe('The name of a hook event, or a dotted topic of your own.'),
  agentId: z.string().optional().describe('The subagent that fired it.'),
  data: z.record(z.string(), z.unknown()).optional().describe('The payload.'),
});

const HttpErrorBody = z.object({
  error: z.object({
    code: z
      .enum(Object.keys(HTTP_ERRORS) as [HttpErrorCode, ...HttpErrorCode[]])
      .describe('What kind of error it is.'),
    message: z.string().describe('What is wrong, and what to do.'),
  }),
});

/** What a program may post. */
export const HOOK_REQUESTS: MessageSources = {
  hook_payload: {
    summary: 'What a coding agent hands to a hook: flat JSON, as it comes.',
    description:
      'Only who and what must be there. Unknown fields and unknown hook events are kept and passed on.',
    tag: 'http',
    schema: HookPayload,
    examples: [
      {
        name: 'PreToolUse',
        payload: {
          session_id: '8dd92b6f',
          transcript_path: '/home/dev/.claude/projects/-home-dev-shop/8dd92b6f.jsonl',
          cwd: '/home/dev/shop',
          permission_mode: 'default',
          hook_event_name: 'PreToolUse',
          tool_name: 'Bash',
          tool_input: { command: 'npm test', description: 'Run the tests' },
          tool_use_id: 'toolu_473414b3',
        },
      },
    ],
  },
  hook_envelope: {
    summary: 'The envelope of older clients, accepted too.',
    description:
      'A `type` that is the name of a hook is treated as that hook, with `data` as its payload. A dotted `type` becomes the topic of an event from source `legacy`; topics of the daemon itself, and data that does not fit a known topic, go under `hook.*` instead.',
    tag: 'http',
    schema: OldEnvelope,
    examples: [
      {
        name: 'A topic of your own',
        payload: { sessionId: '8dd92b6f', type: 'deploy.finished', data: { target: 'staging' } },
      },
    ],
  },
};

/** How the daemon answers. */
export const HOOK_ANSWERS: MessageSources = {
  hook_accepted: {
    summary: 'The event is in the log, and there is nothing to say to the agent.',
    tag: 'http',
    statusCode: 202,
    schema: z.object({ status: z.literal('accepted') }),
    examples: [{ name: 'Accepted', payload: { status: 'accepted' } }],
  },
  hook_output: {
    summary: 'The event is in the log, and this is what the agent is told: a hook output object.',
    tag: 'http',
    statusCode: 200,
    schema: z.looseObject({}),
    examples: [
      {
        name: 'More context',
        payload: {
          hookSpecificOutput: {
            hookEventName: 'UserPromptSubmit',
            additionalContext: 'Tests run with npm test.',
          },
        },
      },
    ],
  },
  http_error: httpError(),
};

function httpError(): MessageSource {
  return {
    summary: 'The body of every HTTP error, of any route and of a refused upgrade.',
    description:
      'The status is one of `x-http-errors`. For `POST /hook`: 400 is no JSON or no hook payload, 401 no valid token, 413 over the cap, 415 not `application/json`, 503 stopping.',
    tag: 'http',
    schema: HttpErrorBody,
    examples: [
      {
        name: 'No token',
        payload: {
          error: {
            code: 'unauthorized',
            message: 'a valid token is needed: send "Authorization: Bearer <token>"',
          },
        },
      },
    ],
  };
}
