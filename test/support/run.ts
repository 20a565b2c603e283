// Runs a program to its end and hands back what it wrote.
import { type ExecFileOptions, execFile } from 'node:child_process';

export interface Output {
  code: number;
  stdout: string;
  stderr: string;
}

/** Any exit code resolves; a program that cannot be started, or is killed (by its `timeout`, say), rejects. */
export function runAny(file: string, args: readonly string[], options: ExecFileOptions): Promise<Output> {
  return new Promise((resolve, reject) => {
    execFile(
      file,
      args,
      { maxBuffer: 64 * 1024 * 1024, ...options, encoding: 'utf8' },
      (error, stdout, stderr) => {
        if (error && typeof error.code !== 'number') reject(error);
        else resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
      },
    );
  });
}

/** The same for a program that has to work: another exit code than 0 rejects, with what it said. */
export async function run(file: string, args: readonly string[], options: ExecFileOptions): Promise<Output> {
  const output = await runAny(file, args, options);
  if (output.code === 0) return output;
  throw new Error(`${file} ${args.join(' ')} ended with ${output.code}:\n${output.stdout}${output.stderr}`);
}
