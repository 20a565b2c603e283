// Makes transcripts of sessions that were over before hookline was there, in the shapes of Claude Code.
import fs from 'node:fs';
import path from 'node:path';

export interface MadeSession {
  readonly sessionId: string;
  /** When it began, in milliseconds since 1970; each line is a second later than the one before. */
  readonly at: number;
  /** The folder it worked in. Default `/home/dev/shop`. */
  readonly cwd?: string;
  /** How many turns it has: a prompt, a tool call, its result and an answer each. Default 1. */
  readonly turns?: number;
  /** What is said in each prompt. Default `make it work`. */
  readonly prompt?: string;
  readonly model?: string;
  /** The subagents it had, by their ids; each has a prompt and an answer. Default none. */
  readonly agents?: readonly string[];
  /** Characters of the output of each tool call. Default 2. */
  readonly output?: number;
}

/** `8dd92b6f-83dd-4922-a1da-00000000002a` for 42. */
export const pastId = (number: number): string =>
  `8dd92b6f-83dd-4922-a1da-${number.toString(16).padStart(12, '0')}`;

const OUTPUT = ' ✓ src/orders/rounding.test.ts (14 tests) 212 ms\n';

/** Tokens of each message. */
export const USED = {
  input_tokens: 10,
  output_tokens: 20,
  cache_read_input_tokens: 300,
  cache_creation_input_tokens: 40,
};

/** Writes the transcripts of a session, last written when it ended, and returns the path of its own. */
export function writePast(claudeDir: string, session: MadeSession): string {
  const { sessionId, at, cwd = '/home/dev/shop', agents = [] } = session;
  const folder = path.join(claudeDir, 'projects', cwd.replaceAll(/[/.]/g, '-'));
  const file = path.join(folder, `${sessionId}.jsonl`);
  const lines = turnsOf(session);
  fs.mkdirSync(folder, { recursive: true });
  write(file, lines, at);
  for (const agentId of agents) {
    const place = path.join(folder, sessionId, 'subagents');
    fs.mkdirSync(place, { recursive: true });
    const about = { isSidechain: true, agentId };
    write(path.join(place, `agent-${agentId}.jsonl`), turnsOf({ ...session, turns: 1 }, about, agentId), at);
  }
  return file;
}

function write(file: string, lines: readonly string[], at: number): void {
  fs.writeFileSync(file, `${lines.join('\n')}\n`);
  const end = (at + lines.length * 1000) / 1000;
  fs.utimesSync(file, end, end);
}

function turnsOf(session: MadeSession, about: object = {}, agentId = ''): string[] {
  const { sessionId, at, cwd = '/home/dev/shop', turns = 1, prompt = 'make it work' } = session;
  const { model = 'claude-sonnet-5-5', output = 2 } = session;
  let time = at;
  const line = (fields: object): string => {
    time += 1000;
    return JSON.stringify({
      sessionId,
      cwd,
      version: '2.1.329',
      timestamp: new Date(time).toISOString(),
      ...about,
      ...fields,
    });
  };
  const name = (what: string, turn: number): string => `${what}_${sessionId.slice(-12)}${agentId}_${turn}`;
  return Array.from({ length: turns }, (_, turn) => turn).flatMap(turn => {
    const call = name('toolu', turn);
    const said = (id: string, content: object, stop: string | null): string =>
      line({
        type: 'assistant',
        uuid: `${id}-line`,
        message: { id, role: 'assistant', model, content: [content], stop_reason: stop, usage: USED },
      });
    return [
      line({
        type: 'user',
        uuid: name('user', turn),
        promptId: name('prompt', turn),
        promptSource: 'typed',
        parentUuid: turn === 0 ? null : name('user', turn - 1),
        message: { role: 'user', content: prompt },
      }),
      said(
        name('msg', turn * 2),
        { type: 'tool_use', id: call, name: 'Bash', input: { command: 'npm test' } },
        'tool_use',
      ),
      line({
        type: 'user',
        promptId: name('prompt', turn),
        message: {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: call, content: 'ok'.padEnd(output, OUTPUT) }],
        },
      }),
      said(name('msg', turn * 2 + 1), { type: 'text', text: `done with ${turn}` }, 'end_turn'),
    ];
  });
}
