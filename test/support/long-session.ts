// Makes a log long, or short: the events of one busy session, in the store of a daemon that does not run.
import path from 'node:path';
import { SqliteStore, STORE_FILE, toRecord } from '../../src/log/index.ts';
import type { EventDraft } from '../../src/protocol/index.ts';

const AGENTS = 12;
const BATCH = 1000;

/**
 * Appends `count` events of session `sessionId`, the last of them at `end`: turns of forty calls, some of subagents, some failing.
 *
 * @param pace milliseconds between two events
 */
export function growLog(
  hooklineHome: string,
  sessionId: string,
  count: number,
  end = Date.now(),
  pace = 900,
): void {
  const store = new SqliteStore(path.join(hooklineHome, STORE_FILE));
  const from = end - count * pace;
  for (let index = 0; index < count; index += BATCH) {
    const size = Math.min(BATCH, count - index);
    store.append(
      Array.from({ length: size }, (_, offset) =>
        toRecord(draft(sessionId, index + offset, from + (index + offset) * pace), store.head + 1 + offset),
      ),
    );
  }
  store.close();
}

/** Deletes the events up to a seq, at most two thousand, as retention does. */
export function shrinkLog(hooklineHome: string, upTo: number): void {
  const store = new SqliteStore(path.join(hooklineHome, STORE_FILE));
  store.prune({ olderThan: Number.MAX_SAFE_INTEGER, bytes: Number.MAX_SAFE_INTEGER, upTo });
  store.close();
}

function draft(sessionId: string, index: number, timestamp: number): EventDraft {
  const event = (type: string, data: object, agentId?: string): EventDraft => ({
    type,
    timestamp,
    sessionId,
    source: 'claude-code',
    ...(agentId === undefined ? {} : { agentId }),
    data: { cwd: '/home/dev/shop', ...data },
  });
  if (index === 0) return event('session.discovered', { startedBy: 'startup', model: 'claude-opus-5-5' });
  if (index <= AGENTS) return event('agent.started', { agentType: 'Explore' }, `agent-${index}`);
  const turn = Math.floor(index / 80);
  const step = index % 80;
  if (step === 0) return event('prompt.submitted', { prompt: `Prompt ${turn}: go on with the till` });
  if (step === 79) return event('turn.completed', { lastMessage: `Turn ${turn} is done.` });
  if (step % 20 === 19) {
    const model = step === 39 ? 'claude-haiku-5-5' : 'claude-opus-5-5';
    const usage = { input: 100, output: 50, cacheRead: 9000, cacheCreation: 850 };
    return event('message.assistant', {
      text: `Step ${step} is done.`,
      messageId: `m${index}`,
      model,
      usage,
    });
  }
  const call = Math.floor((index - 1) / 2);
  const agentId = call % 3 === 0 ? undefined : `agent-${(call % AGENTS) + 1}`;
  const about = {
    toolName: ['Bash', 'Read', 'Edit', 'Grep'][call % 4],
    toolUseId: `call-${call}`,
    input: { command: `step ${call}`, file_path: `/home/dev/shop/src/file-${call % 50}.ts` },
  };
  if (index % 2 === 1) return event('tool.use', about, agentId);
  const failed = call % 17 === 0;
  const outcome = failed ? { error: 'Exit code 1' } : { response: { stdout: 'line\n'.repeat(call % 40) } };
  return event('tool.result', { ...about, success: !failed, durationMs: 850, ...outcome }, agentId);
}
