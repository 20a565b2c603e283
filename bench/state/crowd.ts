// The state of a crowd for a benchmark: 200 sessions of 50 subagents each, all with ten calls behind them.
import type { EventDraft } from '../../src/protocol/index.ts';
import { Projection } from '../../src/state/index.ts';

export const SESSIONS = 200;
export const AGENTS = 50;
const CALLS = 10;

export const id = (session: number): string =>
  `8dd92b6f-83dd-4922-a1da-${session.toString(16).padStart(12, '0')}`;
export const agentId = (agent: number): string => `a5fe105fd5be8f${agent.toString(16).padStart(3, '0')}`;

/** What they write in: one letter that is not Latin makes every string around it take twice the room. */
export type Script = 'Latin' | 'Greek';
const WORDS: Readonly<Record<Script, { readonly prompt: string; readonly errand: string }>> = {
  Latin: {
    prompt: 'Find out why the cart loses items, mend it, and write a test that would have caught it. ',
    errand: 'Look for where it happens',
  },
  Greek: {
    prompt: 'Βρες γιατί το καλάθι χάνει προϊόντα, διόρθωσέ το και γράψε ένα τεστ που θα το έπιανε. ',
    errand: 'Ψάξε πού συμβαίνει',
  },
};

export class Crowd {
  readonly projection = new Projection();
  readonly #script: Script;
  /** A while ago, for nobody is in the future; not so long ago that whoever says no more counts as idle. */
  #now = Date.now() - 20 * 60_000;
  #calls = 0;

  constructor(script: Script) {
    this.#script = script;
    for (let s = 0; s < SESSIONS; s++) this.#begin(s);
  }

  /** A tool call with its message, as hooks and transcript tell it: three events; returns how many with what follows from them. */
  work(sessionId: string, agentId?: string): number {
    const n = ++this.#calls;
    const call = {
      toolName: 'Bash',
      toolUseId: `toolu_${n.toString(16).padStart(16, '0')}`,
      promptId: 'p1',
      cwd: `/home/dev/${sessionId}`,
    };
    const message = {
      text: 'Now the tests once more, and then the types.',
      messageId: `msg_${n}`,
      model: 'claude-opus-5-5',
      usage: { input: 120, output: 340, cacheRead: 45_000, cacheCreation: 800 },
      end: n * 500,
    };
    const input = { command: `npm test -- --filter ${n} --reporter dot` };
    const result = { ...call, success: true, durationMs: 1234, response: { stdout: 'ok' } };
    return (
      this.#tell('message.assistant', sessionId, message, agentId) +
      this.#tell('tool.use', sessionId, { ...call, input }, agentId) +
      this.#tell('tool.result', sessionId, result, agentId)
    );
  }

  #begin(session: number): void {
    const sessionId = id(session);
    const words = WORDS[this.#script];
    this.#tell('session.discovered', sessionId, {
      startedBy: 'startup',
      cwd: `/home/dev/project-${session}`,
      transcriptPath: `/home/dev/.claude/projects/-home-dev-project-${session}/${sessionId}.jsonl`,
    });
    this.#tell('session.updated', sessionId, {
      version: '2.1.329',
      entrypoint: 'cli',
      kind: 'interactive',
      name: `Session number ${session}`,
      gitBranch: 'main',
    });
    this.#tell('prompt.submitted', sessionId, { prompt: words.prompt.repeat(3), promptId: 'p1' });
    for (let a = 0; a < AGENTS; a++) {
      this.#tell('agent.started', sessionId, { agentType: 'general-purpose' }, agentId(a));
      const made = {
        toolUseId: `toolu_af02278cb2af${a}`,
        description: words.errand,
        model: 'claude-opus-5-5',
      };
      this.#tell('agent.updated', sessionId, made, agentId(a));
      for (let c = 0; c < CALLS; c++) this.work(sessionId, agentId(a));
    }
    for (let c = 0; c < CALLS; c++) this.work(sessionId);
  }

  #tell(type: string, sessionId: string, data: Record<string, unknown>, agentId?: string): number {
    this.#now += 3;
    const event = { type, timestamp: this.#now, sessionId, source: 'claude-code', data };
    return this.#append(agentId === undefined ? event : { ...event, agentId });
  }

  /** Appends an event and what follows from it, as the daemon does. */
  #append(event: EventDraft): number {
    return this.projection.apply(event).reduce((count, derived) => count + this.#append(derived), 1);
  }
}
