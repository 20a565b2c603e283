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
export type AgentMeta = z.infer<typeof AgentMeta>;

/** Undefined when there is none (yet), or it cannot be read. */
export function readAgentMeta(transcriptPath: string): AgentMeta | undefined {
  try {
    const text = fs.readFileSync(transcriptPath.replace(/\.jsonl$/, '.meta.json'), 'utf8');
    return AgentMeta.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
