// `daemon.json`: where the running daemon is, for whoever looks for it.
import fs from 'node:fs';
import path from 'node:path';

export interface DaemonFile {
  readonly pid: number;
  readonly port: number;
  readonly host: string;
  readonly url: string;
  readonly epoch: string;
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** When the process itself started, as its system tells it; absent where it does not, and from earlier versions. */
  readonly processStart?: string;
}

export const DAEMON_FILE = 'daemon.json';

/** Writes it whole or not at all. */
export function writeDaemonFile(home: string, content: DaemonFile): void {
  const file = path.join(home, DAEMON_FILE);
  const temporary = `${file}.${process.pid}.tmp`;
  const text = `${JSON.stringify(content, null, 2)}\n`;
  try {
    fs.writeFileSync(temporary, text, { mode: 0o600 });
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    if (!writtenOver(file, text)) throw error;
  }
}

/** A full disk takes what needs no more room than was taken already, such as another epoch. */
function writtenOver(file: string, text: string): boolean {
  try {
    if (fs.statSync(file).size !== Buffer.byteLength(text)) return false;
    fs.writeFileSync(file, text, { flag: 'r+' });
    return true;
  } catch {
    return false;
  }
}

/** Removes the file if it is still the one this process wrote. */
export function removeDaemonFile(home: string, pid: number = process.pid): void {
  const file = path.join(home, DAEMON_FILE);
  try {
    const content = JSON.parse(fs.readFileSync(file, 'utf8')) as Partial<DaemonFile>;
    if (content.pid === pid) fs.rmSync(file, { force: true });
  } catch {
    // Gone or unreadable: there is nothing of ours to remove.
  }
}

/** The address a client on this machine uses for a daemon bound to `host`. */
export function urlOf(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
