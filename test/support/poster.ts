// Posts large bodies from a process of its own: its work does not count as the daemon's, and one process posts them all.
import { fork } from 'node:child_process';
import path from 'node:path';

export interface Posted {
  readonly statuses: readonly number[];
  /** Answers of /health meanwhile. */
  readonly healthy: number;
}

export interface Poster {
  /** Posts the body in a file, `count` times at once; one call after the other. Rejects when the process ends instead. */
  post(file: string, count: number): Promise<Posted>;
  end(): void;
}

/** Starts the process. @param token that of the hooks */
export function startPoster(url: string, token: string, env: Readonly<Record<string, string>>): Poster {
  const child = fork(path.join(import.meta.dirname, 'post-file.js'), [url, token], { env, execArgv: [] });
  return {
    post: (file, count) =>
      new Promise((resolve, reject) => {
        const ended = (code: number | null): void =>
          reject(new Error(`the process that posts ended with ${code}; what it said is above`));
        child.once('exit', ended);
        child.once('message', posted => {
          child.off('exit', ended);
          resolve(posted as Posted);
        });
        child.send({ file, count });
      }),
    end: () => child.kill('SIGKILL'),
  };
}
