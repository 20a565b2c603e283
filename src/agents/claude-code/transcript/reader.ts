// What the lines of a transcript of Claude Code tell: messages, and whatever hooks may have failed to tell.

import { isObject, type JsonObject } from '../../../json.ts';
import { complete, type EventDraft, type EventType } from '../../../protocol/index.ts';
import { originOf } from '../hooks/prompt-origin.ts';
import { blocksOf, text, textOf, timeOf } from './lines.ts';
import { peerPromptOf, promptOf, queuedPromptOf } from './prompts.ts';
import { costOf, usageOf } from './spending.ts';

/** An event found in a transcript. It is as it stands there: whoever tells it cleans it. */
export interface TranscriptFact {
  readonly draft: EventDraft;
  /** Hooks tell this too, as a rule sooner and better: it is for when they did not. */
  readonly hooksTell: boolean;
}

export interface TranscriptOptions {
  readonly sessionId: string;
  /** The subagent whose transcript it is; absent for the main agent. */
  readonly agentId?: string | undefined;
  /** The subagent's type, if it is known. */
  readonly agentType?: string | undefined;
  /**
   * When the session began as the fork of another one, in milliseconds since 1970: what is older was copied from there.
   * Default: it is no fork.
   */
  readonly forkedAt?: number | undefined;
}

const SOURCE = 'claude-code';
/** How an interrupted turn looks in the transcript (Claude Code 2.1.329); it fires no hook. */
const INTERRUPTED = '[Request interrupted by user';
/** What the user refused or broke off reads like this (Claude Code 2.1.329); the tool itself never ran or did not end. */
const REFUSED = /doesn't want to (proceed|take this action)|interrupted by user/i;
/** Most tool calls without a result whose name is remembered. */
const CALLS = 1000;
/** What the lines of a session say about it all the time. */
const TRAITS = ['gitBranch', 'version', 'entrypoint'] as const;

/** Reads the lines of one transcript in order. Lines of a kind it does not know tell nothing. */
export class ClaudeTranscript {
  readonly #options: TranscriptOptions;
  readonly #calls = new Map<string, string>();
  /** What the lines said of the session, and was told. */
  #traits: Record<string, string> = {};
  #promptId: string | undefined;

  constructor(options: TranscriptOptions) {
    this.#options = options;
  }

  /**
   * The events of one parsed line.
   *
   * @param end the byte offset just after the line; messages carry it, so that the log knows how far it was read.
   * @param now milliseconds since 1970, for a line without a time of its own.
   */
  read(line: unknown, end: number, now: number): TranscriptFact[] {
    if (!isObject(line) || this.#isCopied(line)) return [];
    const { message } = line;
    switch (line['type']) {
      case 'user':
        return isObject(message) ? this.#user(line, message, end, now) : [];
      case 'assistant':
        return isObject(message) ? this.#assistant(line, message, end, now) : [];
      case 'attachment':
        return this.#queued(line, now);
      case 'system':
        return line['subtype'] === 'compact_boundary' ? [this.#compaction(line, now)] : [];
      case 'cost-state':
        return this.#cost(line, end, now);
      default:
        return [];
    }
  }

  /** The session begins anew: what its lines say about it is news again. */
  beginAnew(): void {
    this.#traits = {};
  }

  /** `/branch` names the session a line was copied from; `--fork-session` copies lines as if they were its own. */
  #isCopied(line: JsonObject): boolean {
    if (line['forkedFrom'] !== undefined) return true;
    const { forkedAt } = this.#options;
    return forkedAt !== undefined && (timeOf(line) ?? forkedAt) < forkedAt;
  }

  #user(line: JsonObject, message: JsonObject, end: number, now: number): TranscriptFact[] {
    this.#promptId = text(line['promptId']) ?? this.#promptId;
    const blocks = blocksOf(message['content']);
    const said = textOf(blocks);
    const facts = this.#begin(line, now);
    const results = blocks.filter(block => block['type'] === 'tool_result');
    facts.push(...results.map(block => this.#result(line, block, now)));
    facts.push(...this.#fromPeer(line, now, said));
    // What the client tells the model by itself is nobody's message, but for the one that resumes a subagent.
    if (said === '' || (line['isMeta'] === true && this.#options.agentId === undefined)) return facts;
    const data = { text: said, blocks, messageId: text(line['uuid']), end };
    facts.push(this.#fact(line, now, 'message.user', data, false));
    if (said.startsWith(INTERRUPTED)) facts.push(this.#rest(line, now, said, 'interrupted'));
    else if (results.length === 0) facts.push(...this.#prompt(line, now, promptOf(line, said)));
    return facts;
  }

  #assistant(line: JsonObject, message: JsonObject, end: number, now: number): TranscriptFact[] {
    const blocks = blocksOf(message['content']);
    const said = textOf(blocks);
    const data = {
      text: said,
      blocks,
      model: text(message['model']),
      messageId: text(message['id']),
      usage: usageOf(message['usage']),
      end,
    };
    const facts = [...this.#begin(line, now), this.#fact(line, now, 'message.assistant', data, false)];
    for (const block of blocks) {
      if (block['type'] === 'tool_use') facts.push(this.#use(line, block, now));
    }
    if (line['isApiErrorMessage'] === true)
      facts.push(this.#rest(line, now, said, text(line['error']) ?? 'api_error'));
    else if (message['stop_reason'] === 'end_turn' && said !== '') facts.push(this.#rest(line, now, said));
    return facts;
  }

  /** What has changed of the session itself; of a subagent, that it is there. */
  #begin(line: JsonObject, now: number): TranscriptFact[] {
    const { agentId, agentType } = this.#options;
    if (agentId !== undefined) {
      return line['parentUuid'] === null ? [this.#fact(line, now, 'agent.started', { agentType })] : [];
    }
    const changed: Record<string, string> = {};
    for (const trait of TRAITS) {
      const value = text(line[trait]);
      if (value === undefined || value === this.#traits[trait]) continue;
      this.#traits[trait] = value;
      changed[trait] = value;
    }
    if (Object.keys(changed).length === 0) return [];
    const { draft } = this.#fact(line, now, 'session.updated', {});
    return [{ draft: { ...draft, data: changed }, hooksTell: false }];
  }

  #prompt(line: JsonObject, now: number, prompt: string | undefined): TranscriptFact[] {
    if (prompt === undefined || this.#options.agentId !== undefined) return [];
    return [this.#fact(line, now, 'prompt.submitted', { prompt, origin: originOf(prompt) })];
  }

  /** A prompt that looked as if it had been typed: only the transcript knows better. */
  #fromPeer(line: JsonObject, now: number, said: string): TranscriptFact[] {
    const peer = peerPromptOf(line, said);
    if (peer === undefined || this.#options.agentId !== undefined) return [];
    const { prompt, from } = peer;
    if (originOf(prompt).kind !== 'user') return [];
    const origin = { kind: 'peer', ...(from === undefined ? {} : { from }) };
    return [this.#fact(line, now, 'prompt.updated', { prompt, origin }, false)];
  }

  #queued(line: JsonObject, now: number): TranscriptFact[] {
    const found = this.#fromPeer(line, now, '');
    if (found.length > 0) return found;
    return this.#prompt(line, now, queuedPromptOf(line)).map(({ draft, hooksTell }) => ({
      draft: { ...draft, data: { ...draft.data, queued: true } },
      hooksTell,
    }));
  }

  /** The end of a turn, or of a subagent's work. */
  #rest(line: JsonObject, now: number, lastMessage: string, error?: string): TranscriptFact {
    const { agentId, agentType } = this.#options;
    if (agentId !== undefined) return this.#fact(line, now, 'agent.stopped', { agentType, lastMessage });
    return error === undefined
      ? this.#fact(line, now, 'turn.completed', { lastMessage })
      : this.#fact(line, now, 'turn.failed', { error, lastMessage });
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

  #result(line: JsonObject, block: JsonObject, now: number): TranscriptFact {
    const toolUseId = text(block['tool_use_id']);
    const toolName = toolUseId === undefined ? undefined : this.#calls.get(toolUseId);
    // It has one result: a session that works for days would have a thousand names for nothing.
    if (toolUseId !== undefined) this.#calls.delete(toolUseId);
    const success = block['is_error'] !== true;
    const content = Array.isArray(block['content']) ? textOf(blocksOf(block['content'])) : block['content'];
    const outcome = success
      ? { response: line['toolUseResult'] ?? content }
      : { error: text(content) ?? 'failed' };
    const interrupted = !success && REFUSED.test(String(content));
    return this.#fact(line, now, 'tool.result', {
      toolName,
      toolUseId,
      success,
      ...outcome,
      ...(interrupted ? { interrupted } : {}),
    });
  }

  #compaction(line: JsonObject, now: number): TranscriptFact {
    const { compactMetadata } = line;
    const trigger = isObject(compactMetadata) ? text(compactMetadata['trigger']) : undefined;
    return this.#fact(line, now, 'context.compacted', { trigger });
  }

  #cost(line: JsonObject, end: number, now: number): TranscriptFact[] {
    const cost = costOf(line);
    return cost ? [this.#fact(line, now, 'usage.updated', { ...cost, end }, false)] : [];
  }

  #fact(line: JsonObject, now: number, type: EventType, data: JsonObject, hooksTell = true): TranscriptFact {
    const { sessionId, agentId } = this.#options;
    const withContext = { ...data, cwd: text(line['cwd']), promptId: this.#promptId };
    const told = Object.fromEntries(Object.entries(withContext).filter(([, value]) => value !== undefined));
    const draft: EventDraft = {
      type,
      timestamp: timeOf(line) ?? now,
      sessionId,
      ...(agentId === undefined ? {} : { agentId }),
      source: SOURCE,
      data: complete(type, told),
    };
    return { draft, hooksTell };
  }
}
