// What a transcript line of Claude Code tells: messages, and whatever hooks may have failed to tell.
import type { EventDraft } from '../../protocol/index.ts';
import type { JsonObject } from '../json.ts';

/** An event found in a transcript. */
export interface TranscriptFact {
  readonly draft: EventDraft;
  /** Hooks tell this too, as a rule sooner and better: it is for when they did not. */
  readonly hooksTell: boolean;
}

const SOURCE = 'claude-code';
/** How an interrupted turn looks in the transcript (Claude Code 2.1.329); it fires no hook. */
const INTERRUPTED = '[Request interrupted by user';
/** Most tool calls whose name is remembered until their result is read. */
const CALLS = 1000;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
const count = (value: unknown): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;

/** Reads the lines of one transcript in order. Lines of a kind it does not know tell nothing. */
export class ClaudeTranscript {
  readonly #sessionId: string;
  readonly #agentId: string | undefined;
  readonly #calls = new Map<string, string>();
  #promptId: string | undefined;

  constructor(sessionId: string, agentId?: string) {
    this.#sessionId = sessionId;
    this.#agentId = agentId;
  }

  /**
   * The events of one parsed line.
   *
   * @param end the byte offset just after the line; messages carry it, so that the log knows how far it was read.
   * @param now milliseconds since 1970, for a line without a time of its own.
   */
  read(line: unknown, end: number, now: number): TranscriptFact[] {
    if (!isObject(line)) return [];
    const { message } = line;
    if (line['type'] === 'cost-state') return this.#cost(line, end, now);
    if (!isObject(message)) return [];
    const blocks = blocksOf(message['content']);
    if (line['type'] === 'user') return this.#user(line, blocks, end, now);
    if (line['type'] === 'assistant') return this.#assistant(line, message, blocks, end, now);
    return [];
  }

  #user(line: JsonObject, blocks: readonly JsonObject[], end: number, now: number): TranscriptFact[] {
    this.#promptId = text(line['promptId']) ?? this.#promptId;
    const said = textOf(blocks);
    const facts = blocks
      .filter(block => block['type'] === 'tool_result')
      .map(block => this.#result(line, block, now));
    if (said === '' || line['isMeta'] === true) return facts;
    facts.push(
      this.#fact(
        line,
        now,
        'message.user',
        { text: said, blocks, messageId: text(line['uuid']), end },
        false,
      ),
    );
    if (this.#agentId !== undefined) return facts;
    if (said.startsWith(INTERRUPTED))
      facts.push(this.#fact(line, now, 'turn.failed', { error: 'interrupted', lastMessage: said }));
    else if (facts.length === 1) facts.push(this.#fact(line, now, 'prompt.submitted', { prompt: said }));
    return facts;
  }

  #result(line: JsonObject, block: JsonObject, now: number): TranscriptFact {
    const toolUseId = text(block['tool_use_id']);
    const toolName = toolUseId === undefined ? undefined : this.#calls.get(toolUseId);
    const success = block['is_error'] !== true;
    const content = Array.isArray(block['content']) ? textOf(blocksOf(block['content'])) : block['content'];
    const outcome = success
      ? { response: line['toolUseResult'] ?? content }
      : { error: text(content) ?? 'failed' };
    // What the user refused or broke off reads like this (Claude Code 2.1.329); the tool itself never ran or did not end.
    const interrupted =
      !success && /doesn't want to (proceed|take this action)|interrupted by user/i.test(String(content));
    return this.#fact(line, now, 'tool.result', {
      toolName,
      toolUseId,
      success,
      ...outcome,
      ...(interrupted ? { interrupted } : {}),
    });
  }

  #assistant(
    line: JsonObject,
    message: JsonObject,
    blocks: readonly JsonObject[],
    end: number,
    now: number,
  ): TranscriptFact[] {
    const said = textOf(blocks);
    const messageId = text(message['id']);
    const model = text(message['model']);
    const usage = usageOf(message['usage']);
    const facts = [
      this.#fact(line, now, 'message.assistant', { text: said, blocks, model, messageId, usage, end }, false),
    ];
    for (const block of blocks) {
      if (block['type'] === 'tool_use') facts.push(this.#use(line, block, now));
    }
    const ended = message['stop_reason'] === 'end_turn' && said !== '';
    if (ended && this.#agentId === undefined)
      facts.push(this.#fact(line, now, 'turn.completed', { lastMessage: said }));
    return facts;
  }

  #use(line: JsonObject, block: JsonObject, now: number): TranscriptFact {
    const toolUseId = text(block['id']);
    const toolName = text(block['name']);
    if (toolUseId !== undefined && toolName !== undefined) {
      this.#calls.set(toolUseId, toolName);
      for (const oldest of this.#calls.keys()) {
        if (this.#calls.size <= CALLS) break;
        this.#calls.delete(oldest);
      }
    }
    return this.#fact(line, now, 'tool.use', { toolName, toolUseId, input: block['input'] });
  }

  /** The client's own account of the session so far: better than any sum of ours, and the only one with a price. */
  #cost(line: JsonObject, end: number, now: number): TranscriptFact[] {
    const { modelUsage, totalCostUSD } = line;
    if (!isObject(modelUsage)) return [];
    const byModel: Record<string, ReturnType<typeof spentOn>> = {};
    for (const [model, spent] of Object.entries(modelUsage)) {
      if (isObject(spent)) byModel[model] = spentOn(spent);
    }
    const all = Object.values(byModel);
    const sum = (key: 'input' | 'output' | 'cacheRead' | 'cacheCreation'): number =>
      all.reduce((total, one) => total + one[key], 0);
    const totals = {
      input: sum('input'),
      output: sum('output'),
      cacheRead: sum('cacheRead'),
      cacheCreation: sum('cacheCreation'),
    };
    const cost = typeof totalCostUSD === 'number' ? { costUsd: totalCostUSD } : {};
    return [this.#fact(line, now, 'usage.updated', { ...totals, ...cost, byModel, end }, false)];
  }

  #fact(line: JsonObject, now: number, type: string, data: JsonObject, hooksTell = true): TranscriptFact {
    const time = Date.parse(text(line['timestamp']) ?? '');
    const withContext = { ...data, cwd: text(line['cwd']), promptId: this.#promptId };
    const draft: EventDraft = {
      type,
      timestamp: Number.isNaN(time) ? now : time,
      sessionId: this.#sessionId,
      ...(this.#agentId === undefined ? {} : { agentId: this.#agentId }),
      source: SOURCE,
      data: Object.fromEntries(Object.entries(withContext).filter(([, value]) => value !== undefined)),
    };
    return { draft, hooksTell };
  }
}

function blocksOf(content: unknown): readonly JsonObject[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return Array.isArray(content) ? content.filter(isObject) : [];
}

function textOf(blocks: readonly JsonObject[]): string {
  return blocks
    .map(block => (block['type'] === 'text' ? (text(block['text']) ?? '') : ''))
    .filter(part => part !== '')
    .join('\n');
}

function usageOf(usage: unknown): JsonObject | undefined {
  if (!isObject(usage)) return undefined;
  return {
    input: count(usage['input_tokens']),
    output: count(usage['output_tokens']),
    cacheRead: count(usage['cache_read_input_tokens']),
    cacheCreation: count(usage['cache_creation_input_tokens']),
  };
}

function spentOn(spent: JsonObject) {
  const { costUSD } = spent;
  return {
    input: count(spent['inputTokens']),
    output: count(spent['outputTokens']),
    cacheRead: count(spent['cacheReadInputTokens']),
    cacheCreation: count(spent['cacheCreationInputTokens']),
    ...(typeof costUSD === 'number' ? { costUsd: costUSD } : {}),
  };
}
