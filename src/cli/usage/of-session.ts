// What the prompts and the subagents of a session have used, with what the log knows of them.
import { z } from 'zod';
import { AgentUsage, byCost, PromptUsage } from '../../protocol/index.ts';
import type { Api } from '../api.ts';
import { findNewest } from '../search/newest.ts';
import { SHORT_ID } from '../text/labels.ts';
import { promptWords } from '../text/prompt.ts';
import { clock } from '../text/time.ts';
import type { Line } from './line.ts';

const ByPrompt = z.object({ rows: z.array(PromptUsage) });
const ByAgent = z.object({ rows: z.array(AgentUsage) });

/** Events that are looked through for words. */
const LOOK = 2000;
/** Characters of a prompt. */
const WORDS = 60;

/** The last prompts, the oldest first: when each was submitted, and its words. */
export async function promptLines(api: Api, sessionId: string): Promise<Line[]> {
  const { rows } = await api.get(address('prompt', sessionId), ByPrompt);
  const { events } = await findNewest(api, { sessionId, topics: 'prompt.submitted' }, LOOK);
  const known = new Map(events.map(event => [event.data['promptId'], event]));
  return rows.map(row => {
    const { timestamp, data } = known.get(row.promptId) ?? {};
    const prompt = typeof data?.['prompt'] === 'string' ? data['prompt'] : undefined;
    const words = prompt === undefined ? row.promptId : promptWords(prompt);
    const line = words.replace(/\s+/g, ' ').slice(0, WORDS);
    return {
      key: timestamp === undefined ? line : `${clock(timestamp, Date.now())} ${line}`,
      used: row,
      json: { ...row, ...(prompt === undefined ? {} : { prompt, at: timestamp }) },
    };
  });
}

/** The subagents, the dearest first: of what kind each is, and what it is for. */
export async function agentLines(api: Api, sessionId: string): Promise<Line[]> {
  const { rows } = await api.get(address('agent', sessionId), ByAgent);
  const { events } = await findNewest(api, { sessionId, topics: 'agent.started,agent.updated' }, LOOK);
  const known = new Map<string, { agentType?: string; description?: string }>();
  for (const { agentId, data } of events) {
    if (agentId === undefined) continue;
    const about = known.get(agentId) ?? {};
    for (const key of ['agentType', 'description'] as const) {
      const value = data[key];
      if (typeof value === 'string' && value !== '') about[key] = value;
    }
    known.set(agentId, about);
  }
  return rows.toSorted(byCost).map(row => {
    const about = known.get(row.agentId) ?? {};
    const { agentType = 'subagent', description } = about;
    const key = description === undefined ? agentType : `${agentType}: ${description}`;
    return { key, id: row.agentId.slice(0, SHORT_ID), used: row, json: { ...row, ...about } };
  });
}

const address = (by: string, sessionId: string): string =>
  `/api/usage?by=${by}&sessionId=${encodeURIComponent(sessionId)}`;
