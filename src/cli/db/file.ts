// The log's file, for when no daemon is there to be asked; and failures of it, as people should read them.
import path from 'node:path';
// Types only: the log brings the database with it, which other commands start faster without.
import type { ReadOnlyLog } from '../../log/index.ts';
import { Failure } from '../failure.ts';
import { findDaemon } from '../find-daemon.ts';

/** Whether the daemon of this home can be asked. One that hangs has the file open, which will be told by whoever tries. */
export async function isRunning(home: string): Promise<boolean> {
  return (await findDaemon(home)).state === 'running';
}

/** Runs `work` on the file of the log; what is wrong with it becomes a failure that says what to do. */
export async function onFile<T>(
  home: string,
  work: (log: typeof import('../../log/index.ts'), file: string) => T | Promise<T>,
): Promise<T> {
  const log = await import('../../log/index.ts');
  const file = path.join(home, log.STORE_FILE);
  try {
    return await work(log, file);
  } catch (error) {
    throw asFailure(error, file);
  }
}

/** Runs `work` on a look into the file, which it leaves as it was. */
export function onReadOnlyLog<T>(home: string, work: (look: ReadOnlyLog) => T | Promise<T>): Promise<T> {
  return onFile(home, async ({ openLogFile }, file) => {
    const look = openLogFile(file);
    try {
      return await work(look);
    } finally {
      look.close();
    }
  });
}

const OWN_WORDS = ['no_log', 'store_busy', 'store_damaged', 'newer_schema', 'bad_export', 'export_broken'];

function asFailure(error: unknown, file: string): unknown {
  const { code = '', message, syscall } = error as NodeJS.ErrnoException;
  if (OWN_WORDS.includes(code)) return new Failure(message, { cause: error });
  // What the driver says when it cannot even open the file has no code.
  if (!code.startsWith('SQLITE_') && !/^ConnectionFailed/.test(message)) return error;
  if (syscall !== undefined) return error;
  const what = code === '' ? 'it cannot be opened' : `${code}: ${message}`;
  return new Failure(`${file} cannot be used (${what}); check its permissions and the free space`, {
    cause: error,
  });
}
