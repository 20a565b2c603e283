// Runs a headless session (`claude -p`) of the real client to its end and hands back all it said.
import { spawn } from 'node:child_process';
import readline from 'node:readline';
import type { World } from './world.ts';

/** A line of the client's stream-json output. */
export type StreamLine = Record<string, unknown> & { type?: string; subtype?: string };

export interface HeadlessOptions {
  world: World;
  /** Given one after the other within one session, each when the one before is answered. */
  prompts: readonly string[];
  /** Whether its tools run without being permitted; such a session holds messages from others. Default: true. */
  bypass?: boolean;
  /** Further arguments, such as `--resume <id>`. */
  args?: readonly string[];
  /** On top of the world's environment. */
  env?: Readonly<Record<string, string>>;
  /** Milliseconds after which the client is killed and the run fails; default 60,000. */
  timeoutMs?: number;
}

export interface HeadlessRun {
  lines: readonly StreamLine[];
  stderr: string;
  code: number | null;
  /** From start to exit. */
  durationMs: number;
  sessionId: string;
}

const basics = ['-p', '--input-format', 'stream-json', '--output-format', 'stream-json', '--verbose'];

const userMessage = (text: string): string =>
  `${JSON.stringify({ type: 'user', message: { role: 'user', content: text } })}\n`;

/** Fails when the client cannot be started or does not end in time; an exit code other than 0 is the test's to judge. */
export async function runClaude(options: HeadlessOptions): Promise<HeadlessRun> {
  const { world, timeoutMs = 60_000 } = options;
  const args = [
    ...basics,
    '--include-hook-events',
    ...(options.bypass === false ? [] : ['--dangerously-skip-permissions']),
    ...(options.args ?? []),
  ];
  const prompts = [...options.prompts];
  const started = performance.now();
  const child = spawn(world.bin, args, { cwd: world.project, env: { ...world.env, ...options.env } });
  const lines: StreamLine[] = [];
  let stderr = '';
  let late = false;
  const deadline = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, timeoutMs);
  const sendNext = (): void => {
    const prompt = prompts.shift();
    if (prompt === undefined) child.stdin.end();
    else child.stdin.write(userMessage(prompt));
  };
  child.stdin.on('error', () => {}); // it may be gone already; its exit code tells
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  readline.createInterface({ input: child.stdout }).on('line', text => {
    const line = JSON.parse(text) as StreamLine;
    lines.push(line);
    if (line.type === 'result') sendNext();
  });
  sendNext();
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (late)
      throw new Error(
        `claude did not end within ${timeoutMs} ms; its last lines:\n${tail(lines)}\n${stderr}`,
      );
    const sessionId = lines.find(line => typeof line['session_id'] === 'string')?.['session_id'];
    return {
      lines,
      stderr,
      code,
      durationMs: performance.now() - started,
      sessionId: typeof sessionId === 'string' ? sessionId : '',
    };
  } finally {
    clearTimeout(deadline);
  }
}

const tail = (lines: readonly StreamLine[]): string =>
  lines
    .slice(-5)
    .map(line => JSON.stringify(line).slice(0, 400))
    .join('\n');
