// Where a command's words go: data to stdout, everything for people to stderr, colour only where someone sees it.
import { once } from 'node:events';
import pc from 'picocolors';

export type Colors = ReturnType<typeof pc.createColors>;

export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Colours of stdout; they do nothing when it is no terminal or NO_COLOR is set. */
  readonly colors: Colors;
  /** Colours of stderr. */
  readonly errorColors: Colors;
  /** Columns of stdout; undefined when it is no terminal. */
  readonly columns: number | undefined;
  /** Writes a line of data to stdout; settles when there is room for more. */
  print(line: string): Promise<void>;
  /** Writes data to stdout as it is; settles when there is room for more. */
  write(text: string): Promise<void>;
  /** Settles once all that was written is out of this process; the process ends when it cannot get out. */
  flush(): Promise<void>;
  /** Writes a line for people to stderr. */
  say(line: string): void;
  /** What the process ends with unless the command fails. Default 0. */
  exitCode: number;
}

/** As wide as a terminal is taken to be that does not say. */
const UNKNOWN_COLUMNS = 80;

/** The terminal of this process. A reader who leaves early (`| head`) ends the process quietly with 0. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  stdout.on('error', error => {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EPIPE') process.exit(0);
    stderr.write(
      `hookline: what was asked for cannot be written (${code ?? message}); check where the output goes\n`,
    );
    process.exit(1);
  });
  stderr.on('error', () => {}); // Nobody is left to be told.
  const colorful = (stream: NodeJS.WriteStream): boolean =>
    stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  const write = async (text: string): Promise<void> => {
    if (!stdout.write(text)) await once(stdout, 'drain');
  };
  return {
    env,
    colors: pc.createColors(colorful(stdout)),
    errorColors: pc.createColors(colorful(stderr)),
    get columns() {
      return stdout.isTTY ? stdout.columns || UNKNOWN_COLUMNS : undefined;
    },
    print: line => write(`${line}\n`),
    write,
    flush: () =>
      new Promise(resolve => {
        stdout.write('', error => {
          if (!error) resolve();
        });
      }),
    say(line) {
      stderr.write(`${line}\n`);
    },
    exitCode: 0,
  };
}
