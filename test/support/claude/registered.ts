// What the real client has registered of its processes, read while it may be writing.
import fs from 'node:fs';
import path from 'node:path';

export interface Registered {
  readonly pid: number;
  readonly sessionId: string;
  readonly messagingSocketPath?: string;
}

/** The entries that are there and whole: one that is written at the moment comes with the next look. */
export function registered(configDir: string): Registered[] {
  const folder = path.join(configDir, 'sessions');
  const names = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  return names
    .filter(name => /^\d+\.json$/.test(name))
    .flatMap(name => {
      try {
        return [JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8')) as Registered];
      } catch {
        return [];
      }
    });
}

export function registeredOf(configDir: string, sessionId: unknown): Registered | undefined {
  return registered(configDir).find(entry => entry.sessionId === sessionId);
}
