// The payloads captured from Claude Code 2.1.329 and 2.1.332, as tests read them.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { HookPayload } from '../../src/agents/flat-payload/payload.ts';

/** `claude-code-2.1.329`: every hook event seen; `claude-code-2.1.332`: those it has besides; `session-*`: whole sessions in the order their hooks fired. */
export type FixtureName =
  | 'claude-code-2.1.329'
  | 'claude-code-2.1.332'
  | 'session-simple'
  | 'session-subagents';

/** The payloads of a recording, in order. */
export function recordedPayloads(name: FixtureName): readonly HookPayload[] {
  const file = fileURLToPath(new URL(`../fixtures/${name}.jsonl`, import.meta.url));
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map(line => (JSON.parse(line) as { body: HookPayload }).body);
}
