// What a session is called: its title, else the folder it was started in.
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
