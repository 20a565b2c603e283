// What a session is called: its title, else the folder it was started in.
import { baseName, line } from './text.js';

/** Empty when nothing about it says anything. */
export const sessionName = ({ name, project, cwd }) => line(name ?? baseName(project || cwd || ''), 60);
