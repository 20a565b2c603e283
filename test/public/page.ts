// Loads the scripts of the pages, which are plain JavaScript for browsers, into a test.
import path from 'node:path';
import { pathToFileURL } from 'node:url';

export const PUBLIC = path.join(import.meta.dirname, '../../public');

/** The exports of a script that touches no page when it is loaded. */
export async function page<T>(name: string): Promise<T> {
  return (await import(pathToFileURL(path.join(PUBLIC, name)).href)) as T;
}
