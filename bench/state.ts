// What the projections cost with 200 sessions of 50 subagents each: an event, a snapshot, a checkpoint.
//
//   npm run bench:state
//
// The control rows are the same state as plain objects through JSON.stringify and JSON.parse.
import type { EventDraft } from '../src/protocol/index.ts';
import { Projection } from '../src/state/index.ts';

const SESSIONS = 200;
const AGENTS = 50;
const CALLS = 10;
const START = 1_795_189_012_798;

let now = START;
let calls = 0;
const projection = new Projection();

function event(type: string, sessionId: string, data: Record<string, unknown>, agentId?: string): EventDraft {
  now += 3;
  return { type, timestamp: now, sessionId, source: 'claude-code', data, ...(agentId ? { agentId } : {}) };
}

/** Appends an event and what follows from it, as the daemon does; returns how many that were. */
function append(one: EventDraft): number {
  let count = 1;
  for (const derived of projection.apply(one)) count += append(derived);
  return count;
}

/** A tool call with its message, as hooks and transcript tell it: three events, and what follows from them. */
function work(sessionId: string, agentId?: string): number {
  const n = ++calls;
  const call = {
    toolName: 'Bash',
    toolUseId: `toolu_${n.toString(16).padStart(16, '0')}`,
    promptId: 'p1',
    cwd: `/home/dev/${sessionId}`,
  };
  const usage = { input: 120, output: 340, cacheRead: 45_000, cacheCreation: 800 };
  const message = {
    text: 'Now the tests once more, and then the types.',
    messageId: `msg_${n}`,
    model: 'claude-opus-5-5',
    usage,
    end: n * 500,
  };
  return (
    append(event('message.assistant', sessionId, message, agentId)) +
    append(
      event(
        'tool.use',
        sessionId,
        { ...call, input: { command: `npm test -- --filter ${n} --reporter dot` } },
        agentId,
      ),
    ) +
    append(
      event(
        'tool.result',
        sessionId,
        { ...call, success: true, durationMs: 1234, response: { stdout: 'ok' } },
        agentId,
      ),
    )
  );
}

const id = (session: number): string => `8dd92b6f-83dd-4922-a1da-${session.toString(16).padStart(12, '0')}`;
const agentId = (agent: number): string => `a5fe105fd5be8f${agent.toString(16).padStart(3, '0')}`;

for (let s = 0; s < SESSIONS; s++) {
  append(
    event('session.discovered', id(s), {
      startedBy: 'startup',
      cwd: `/home/dev/project-${s}`,
      transcriptPath: `/home/dev/.claude/projects/-home-dev-project-${s}/${id(s)}.jsonl`,
    }),
  );
  append(
    event('session.updated', id(s), {
      pid: 1000 + s,
      procStart: '318842',
      version: '2.1.329',
      entrypoint: 'cli',
      kind: 'interactive',
      name: `Session number ${s}`,
      gitBranch: 'main',
    }),
  );
  append(
    event('prompt.submitted', id(s), {
      prompt:
        'Find out why the cart loses items, mend it, and write a test that would have caught it. '.repeat(3),
      promptId: 'p1',
    }),
  );
  for (let a = 0; a < AGENTS; a++) {
    append(event('agent.started', id(s), { agentType: 'general-purpose' }, agentId(a)));
    append(
      event(
        'agent.updated',
        id(s),
        {
          toolUseId: `toolu_af02278cb2af${a}`,
          description: 'Look for where it happens',
          model: 'claude-opus-5-5',
        },
        agentId(a),
      ),
    );
    for (let c = 0; c < CALLS; c++) work(id(s), agentId(a));
  }
  for (let c = 0; c < CALLS; c++) work(id(s));
}

/** Milliseconds of CPU a round took, in the middle: what else the machine does is not counted, collecting garbage is. */
function time(rounds: number, work: () => unknown): number {
  const times = Array.from({ length: rounds }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  }).sort((a, b) => a - b);
  return times[Math.floor(rounds / 2)] ?? Number.NaN;
}

const row = (what: string, figures: string): void => console.log(`${what.padEnd(58)} ${figures}`);
const ms = (value: number): string => `${value.toFixed(1)} ms`;
const mib = (text: string): string => `${(Buffer.byteLength(text) / 1024 / 1024).toFixed(1)} MiB`;

const state = { sessions: projection.sessions(), agents: projection.agents() };
const plain = JSON.stringify(state);
row('control: JSON.stringify of all sessions and subagents', ms(time(20, () => JSON.stringify(state))));
const snapshot = (): string => projection.snapshotText();
row('the first snapshot', `${ms(time(1, snapshot))}, ${mib(plain)}`);
row(
  'a snapshot after one event',
  ms(
    time(100, () => {
      work(id(7), agentId(9));
      return snapshot();
    }),
  ),
);
row(
  'a snapshot after an event in every session',
  ms(
    time(20, () => {
      for (let s = 0; s < SESSIONS; s++) work(id(s), agentId(3));
      return snapshot();
    }),
  ),
);

let events = 0;
const spent = time(50, () => {
  for (let n = 0; n < 200; n++) events += work(id(n), agentId(n % AGENTS));
});
row(
  'an event in the projections',
  `${((spent / (events / 50)) * 1000).toFixed(1)} µs, with what follows from it`,
);

const saved = projection.save();
row('a checkpoint', `${ms(time(20, () => projection.save()))}, ${mib(saved)}`);
row('control: JSON.stringify of a checkpoint', ms(time(20, () => JSON.stringify(JSON.parse(saved)))));
row('loading it', ms(time(10, () => new Projection().load(saved))));
row('control: JSON.parse of it', ms(time(10, () => JSON.parse(saved))));
