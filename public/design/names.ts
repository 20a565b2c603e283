// What a session is called: its title, else the folder it was started in; and on a hub, the machine that it runs on.
import { field } from './lookup.ts';
import { baseName, line } from './text.ts';

/** What a name can be made of. */
export interface Named {
  readonly name?: string | undefined;
  readonly project?: string | undefined;
  readonly cwd?: string | undefined;
}

/** Empty when nothing about it says anything. */
export const sessionName = ({ name, project, cwd }: Named): string =>
  line(name ?? baseName(project || cwd || ''), 60);

/** The machine that told an event, where many do; else undefined. */
export function nodeOf(data: unknown): string | undefined {
  const name = field(field(data, 'node'), 'name');
  return typeof name === 'string' ? line(name, 64) : undefined;
}

/** Where many machines are shown, the name of a session with its machine: its address for messages there. */
export const placed = (name: string, node: string | undefined): string =>
  node === undefined || name === '' ? name : `${name}@${node}`;
