// A long log for a benchmark, written without a daemon: tool calls of forty sessions, with their payloads.
import fs from 'node:fs';
import path from 'node:path';
import { type LogRecord, SqliteStore } from '../../src/log/index.ts';

const BATCH = 1000;

/** Appends `count` events to a new store. */
export function fill(file: string, count: number): void {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const store = new SqliteStore(file);
  for (let from = 1; from <= count; from += BATCH) {
    const size = Math.min(BATCH, count - from + 1);
    store.append(Array.from({ length: size }, (_, index) => toolCall(from + index)));
  }
  store.close();
}

function toolCall(seq: number): LogRecord {
  const sessionId = `8dd92b6f-83dd-4922-a1da-0a95c2d8${String(seq % 40).padStart(4, '0')}`;
  const use = seq % 2 === 1;
  const input = { command: 'npm test', description: 'Run the tests' };
  const toolUseId = `toolu_473414b3125e97f0${Math.ceil(seq / 2)}`;
  const data = { toolName: 'Bash', toolUseId, input, cwd: '/home/dev/project' };
  const payload = {
    session_id: sessionId,
    transcript_path: '/home/dev/.claude/projects/-home-dev-project/8dd92b6f.jsonl',
    cwd: '/home/dev/project',
    hook_event_name: use ? 'PreToolUse' : 'PostToolUse',
    tool_name: 'Bash',
    tool_input: input,
    tool_use_id: toolUseId,
  };
  return {
    seq,
    timestamp: Date.now(),
    type: use ? 'tool.use' : 'tool.result',
    sessionId,
    agentId: undefined,
    source: 'claude-code',
    data: JSON.stringify(data),
    hook: { topic: use ? 'hook.pre_tool_use' : 'hook.post_tool_use', payload: JSON.stringify(payload) },
  };
}
