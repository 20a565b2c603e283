// Places that take nothing: small file systems to be filled up or made read-only, and files nobody may change.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export interface Mount {
  readonly folder: string;
  /** Mounts it again with other options: `size=32m`, `ro`. */
  change(options: string): void;
  /** Leaves no room for anything. */
  fill(): void;
  /** Takes away what `fill` put there. */
  empty(): void;
}

const mounted: string[] = [];

function mount(...args: readonly string[]): void {
  execFileSync('mount', args, { stdio: 'pipe', env: { PATH: process.env['PATH'], HOME: os.tmpdir() } });
}

/** A file system in memory. @param size in bytes, or as `mount` takes it. */
export function mountMemory(folder: string, size: string): Mount {
  fs.mkdirSync(folder, { recursive: true });
  mount('-t', 'tmpfs', '-o', `size=${size},mode=700`, 'tmpfs', folder);
  mounted.push(folder);
  const ballast = path.join(folder, 'ballast');
  return {
    folder,
    change: options => mount('-o', `remount,${options}`, folder),
    fill() {
      const file = fs.openSync(ballast, 'a');
      for (let size = 64 * 1024; size > 0; size = Math.floor(size / 2)) {
        try {
          for (;;) if (fs.writeSync(file, Buffer.alloc(size)) < size) break;
        } catch {
          // Not this much any more.
        }
      }
      fs.closeSync(file);
    },
    empty: () => fs.rmSync(ballast, { force: true }),
  };
}

/** For `afterEach`: whatever a test mounted is gone after it. */
export function unmountAll(): void {
  for (const folder of mounted.splice(0))
    execFileSync('umount', ['-l', folder], { env: { PATH: process.env['PATH'], HOME: os.tmpdir() } });
}

let possible: boolean | undefined;

/** Whether this user may mount anything here; says so when not. */
export function canMount(): boolean {
  if (possible !== undefined) return possible;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-mount-'));
  try {
    mountMemory(folder, '64k');
    unmountAll();
    possible = true;
  } catch (error) {
    const why = String((error as { stderr?: Buffer }).stderr ?? error).trim();
    console.log(
      `crash: no file system can be mounted here, so no full disk is tried for real (${why}); run as root`,
    );
    possible = false;
  }
  fs.rmdirSync(folder);
  return possible;
}

/** Files and folders that nobody may change until this is undone, not even root where root is who runs the test. */
export function protect(...paths: readonly string[]): () => void {
  const change = (flag: '+i' | '-i'): void => {
    const env = { PATH: process.env['PATH'], HOME: os.tmpdir() };
    execFileSync('chattr', [flag, ...paths], { stdio: 'pipe', env });
  };
  if (process.getuid?.() === 0) {
    change('+i');
    return () => change('-i');
  }
  const modes = paths.map(path => fs.statSync(path).mode & 0o777);
  for (const [index, path] of paths.entries()) fs.chmodSync(path, (modes[index] ?? 0) & 0o555);
  return () => {
    for (const [index, path] of paths.entries()) fs.chmodSync(path, modes[index] ?? 0o600);
  };
}

/** Whether `protect` works here; says so when not. @param open whether files that are open already are to be protected too. */
export function canProtect(open: boolean): boolean {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-protect-')), 'file');
  const descriptor = fs.openSync(file, 'w');
  let works = false;
  try {
    protect(file)();
    const undo = protect(file);
    try {
      fs.writeSync(descriptor, 'x');
      works = !open;
    } catch {
      works = true;
    }
    undo();
  } catch {
    // No chattr, or a file system that does not know it.
  }
  fs.closeSync(descriptor);
  fs.rmSync(path.dirname(file), { recursive: true });
  if (!works)
    console.log(
      `crash: ${open ? 'open files' : 'files'} cannot be made read-only here (chattr +i, as root), so that is not tried`,
    );
  return works;
}
