// What Claude Code notes about a subagent beside its transcript: `agent-<id>.meta.json`.
import fs from 'node:fs';
import { z } from 'zod';

const word = z.string().min(1).max(4096).optional().catch(undefined);

/** As Claude Code 2.1.329 writes it; what is missing or of an odd type reads as absent. */
const AgentMeta = z.object({
  agentType: word,
  /** The tool call that started the subagent. */
  toolUseId: word,
  description: word,
  model: word,
});
export interface AgentMeta extends z.infer<typeof AgentMeta> {
  /** When it was written last, in milliseconds since 1970. */
  readonly writtenAt: number;
}

/** Undefined when there is none (yet), or it cannot be read. */
export function readAgentMeta(transcriptPath: string): AgentMeta | undefined {
  try {
    const file = transcriptPath.replace(/\.jsonl$/, '.meta.json');
    const meta = AgentMeta.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
    return { ...meta, writtenAt: Math.floor(fs.statSync(file).mtimeMs) };
  } catch {
    return undefined;
  }
}
