// The lines of a transcript, as Claude Code 2.1.329 writes them; the time is added when a line is written.
import type { JsonObject } from '../beat.ts';
import type { Account, Model, Tokens } from '../usage.ts';
import type { Who } from './hooks.ts';

export const VERSION = '2.1.329';

/** One API message; each of its blocks is a line of its own, and all say what the whole of it used. */
export interface ApiMessage {
  readonly id: string;
  readonly model: Model;
  readonly stopReason: 'tool_use' | 'end_turn';
  readonly tokens: Tokens;
}

/** What a line is about, without who wrote it and where it stands. */
export type Body = JsonObject & { readonly type: 'user' | 'assistant' | 'system' };

/** The whole line, after its parent. */
export function lineOf(body: Body, who: Who, uuid: string, parentUuid: string | null): JsonObject {
  return {
    parentUuid,
    isSidechain: who.agent !== undefined,
    ...(body.type === 'user' && who.promptId !== undefined ? { promptId: who.promptId } : {}),
    ...(who.agent ? { agentId: who.agent.id } : {}),
    ...body,
    uuid,
    userType: 'external',
    entrypoint: 'cli',
    cwd: who.cwd,
    sessionId: who.sessionId,
    version: VERSION,
    gitBranch: who.branch,
  };
}

/** What the user typed. */
export function promptBody(words: string, permissionMode: string): Body {
  return {
    type: 'user',
    message: { role: 'user', content: words },
    permissionMode,
    origin: { kind: 'human' },
    promptSource: 'typed',
    turnOrigin: 'human',
  };
}

/** What a slash command became: its name, and what the model is to read. */
export function commandBodies(name: string, args: string, meaning: string): Body[] {
  const tags = `<command-message>${name}</command-message>\n<command-name>/${name}</command-name>\n<command-args>${args}</command-args>`;
  return [
    { type: 'user', message: { role: 'user', content: tags }, turnOrigin: 'human' },
    {
      type: 'user',
      message: { role: 'user', content: [{ type: 'text', text: meaning }] },
      isMeta: true,
      turnCompanion: true,
    },
  ];
}

/** Something in the background came to its end and wakes the session. */
export function notificationBody(words: string, permissionMode: string): Body {
  return {
    type: 'user',
    message: { role: 'user', content: words },
    permissionMode,
    origin: { kind: 'task-notification', producer: 'session-task' },
    promptSource: 'system',
    turnOrigin: 'task_notification',
    queueSkipAttachments: true,
  };
}

/** The first words of a subagent's conversation: what it was sent to do. */
export function taskBody(words: string): Body {
  return { type: 'user', message: { role: 'user', content: words } };
}

/** One block of an API message. */
export function blockBody(block: JsonObject, index: number, message: ApiMessage): Body {
  const { id, model, stopReason, tokens } = message;
  const usage = {
    input_tokens: tokens.input,
    cache_creation_input_tokens: tokens.cacheCreation,
    cache_read_input_tokens: tokens.cacheRead,
    output_tokens: tokens.output,
    server_tool_use: { web_search_requests: 0, web_fetch_requests: 0 },
    service_tier: 'standard',
    cache_creation: { ephemeral_1h_input_tokens: 0, ephemeral_5m_input_tokens: tokens.cacheCreation },
  };
  return {
    type: 'assistant',
    message: {
      id,
      type: 'message',
      role: 'assistant',
      model,
      content: [block],
      stop_reason: stopReason,
      stop_sequence: null,
      usage,
    },
    apiBlockIndex: index,
    requestedModel: model,
    effort: 'medium',
    madeBy: 'model',
  };
}

/** What stands in the place of an answer when the API gave none. */
export function apiErrorBody(words: string, id: string): Body {
  return {
    type: 'assistant',
    message: {
      id,
      type: 'message',
      role: 'assistant',
      model: '<synthetic>',
      content: [{ type: 'text', text: words }],
      stop_reason: 'stop_sequence',
      stop_sequence: '',
      usage: {
        input_tokens: 0,
        output_tokens: 0,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 0,
      },
    },
    error: 'server_error',
    isApiErrorMessage: true,
    apiErrorStatus: 529,
    apiErrorType: 'overloaded_error',
  };
}

/** What a tool gave back: as the model reads it, and as Claude Code keeps it. */
export function resultBody(
  toolUseId: string,
  read: unknown,
  kept: unknown,
  failed: boolean,
  more: JsonObject = {},
): Body {
  const error = failed ? { is_error: true } : {};
  return {
    type: 'user',
    message: {
      role: 'user',
      content: [{ tool_use_id: toolUseId, type: 'tool_result', content: read, ...error }],
    },
    toolUseResult: kept,
    ...more,
  };
}

/** The user broke the turn off; no hook tells of it. */
export function interruptedBody(): Body {
  return {
    type: 'user',
    message: {
      role: 'user',
      content: [{ type: 'text', text: '[Request interrupted by user for tool use]' }],
    },
  };
}

export function turnDurationBody(durationMs: number): Body {
  return { type: 'system', subtype: 'turn_duration', durationMs, isMeta: false };
}

/** Where the conversation was cut, and the summary it goes on from. */
export function compactBodies(trigger: string, before: number, after: number, summary: string): Body[] {
  return [
    {
      type: 'system',
      subtype: 'compact_boundary',
      content: 'Conversation compacted',
      level: 'info',
      compactMetadata: { trigger, preTokens: before, postTokens: after },
    },
    {
      type: 'user',
      message: {
        role: 'user',
        content: `This session is being continued from a previous conversation that ran out of context. The summary below covers the earlier portion of the conversation.\n\n${summary}`,
      },
      isVisibleInTranscriptOnly: true,
      isCompactSummary: true,
    },
  ];
}

/** The account of everything a session has used so far; written when it ends. */
export function costLine(sessionId: string, account: Account, totalDuration: number): JsonObject {
  const modelUsage = account.models.map(({ model, tokens, costUsd }) => [
    model,
    {
      inputTokens: tokens.input,
      outputTokens: tokens.output,
      thinkingTokens: 0,
      cacheReadInputTokens: tokens.cacheRead,
      cacheCreationInputTokens: tokens.cacheCreation,
      cacheCreationEphemeral5mInputTokens: tokens.cacheCreation,
      cacheCreationEphemeral1hInputTokens: 0,
      webSearchRequests: 0,
      costUSD: costUsd,
    },
  ]);
  return {
    type: 'cost-state',
    sessionId,
    totalCostUSD: account.costUsd,
    totalDuration,
    modelUsage: Object.fromEntries(modelUsage),
    hasUnknownModelCost: false,
  };
}

/** A line as it is written at a moment, in milliseconds since 1970. */
export function timed(line: JsonObject, now: number): JsonObject {
  if (line['type'] !== 'cost-state') return { ...line, timestamp: new Date(now).toISOString() };
  return { ...line, startTime: now - Number(line['totalDuration']) };
}
