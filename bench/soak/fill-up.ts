// Fills what is bounded in a daemon, as fast as it takes it: sessions that came and went, with their prompts, calls and tokens; and
// some that were forgotten, each with its transcript.
import fs from 'node:fs';
import path from 'node:path';

/** More sessions than a daemon remembers what they used, or how far their transcripts were told. */
const SESSIONS = 5500;
/** The last of them never end, and are not heard of again. */
const FORGOTTEN = 500;
/** So that there are more calls, messages, turns and subagents than it remembers in all. */
const CALLS = 10;
const MESSAGES = 2;
const TURNS = 4;
const AGENTS = 4;
/** Sessions that go through it side by side. */
const TOGETHER = 50;

type Post = (count: number, bodyOf: (number: number) => object) => Promise<void>;

/** @param post resolves once so many payloads were accepted. @param configDir where transcripts are */
export async function fillUp(post: Post, configDir: string): Promise<void> {
  const project = path.join(configDir, 'projects', '-home-dev-forgotten');
  fs.mkdirSync(project, { recursive: true });
  const known = (session: number, body: object): object => {
    if (session < SESSIONS - FORGOTTEN) return body;
    const transcript_path = path.join(project, `${about(session).session_id}.jsonl`);
    fs.writeFileSync(transcript_path, '');
    return { ...body, transcript_path };
  };
  // A step of all of them after the other: each has to be over before the next begins.
  for (let from = 0; from < SESSIONS; from += TOGETHER) {
    const steps = from < SESSIONS - FORGOTTEN ? [...STEPS, END] : STEPS;
    for (const step of steps) await post(TOGETHER, number => known(from + number, step(from + number)));
  }
}

const about = (session: number): { session_id: string; cwd: string } => ({
  session_id: `f111ed00-83dd-4922-a1da-${session.toString(16).padStart(12, '0')}`,
  cwd: '/home/dev/shop',
});

const hook =
  (hook_event_name: string, fields: (session: number) => object) =>
  (session: number): object => ({ ...about(session), hook_event_name, ...fields(session) });

const call = (number: number): ((session: number) => object) =>
  hook('PreToolUse', session => ({
    tool_name: 'Bash',
    tool_input: { command: `npm test -- ${number}` },
    tool_use_id: `toolu_${session}_${number}`,
  }));

/** As a transcript tells it, in the old form of a payload. */
const message =
  (number: number) =>
  (session: number): object => ({
    sessionId: about(session).session_id,
    type: 'message.assistant',
    data: {
      messageId: `msg_${session}_${number}`,
      model: 'claude-opus-5-5',
      text: 'Now the tests once more.',
      usage: { input: 12, output: 140, cacheRead: 45_000, cacheCreation: 800 },
      end: 1000 * (number + 1),
    },
  });

/** Its start follows from its stop. */
const agent = (number: number): ((session: number) => object) =>
  hook('SubagentStop', session => ({
    agent_id: `a${session}_${number}`,
    agent_type: 'Explore',
    last_assistant_message: 'It is in src/cart.ts.',
  }));

const turn = (number: number): readonly ((session: number) => object)[] => [
  hook('UserPromptSubmit', session => ({
    prompt_id: `p${session}_${number}`,
    prompt: `Prompt ${session}, turn ${number}: mend the cart.`,
  })),
  hook('Stop', session => ({
    prompt_id: `p${session}_${number}`,
    last_assistant_message: `Done with ${session}, turn ${number}.`,
  })),
];

const times = <T>(count: number, of: (number: number) => T): T[] =>
  Array.from({ length: count }, (_, number) => of(number));

const STEPS: readonly ((session: number) => object)[] = [
  hook('SessionStart', () => ({ source: 'startup' })),
  ...times(CALLS, call),
  ...times(MESSAGES, message),
  ...times(AGENTS, agent),
  ...times(TURNS, turn).flat(),
];
const END = hook('SessionEnd', () => ({ reason: 'prompt_input_exit' }));
