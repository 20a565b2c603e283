// The pages for users as they stand, and the programs in them.
import fs from 'node:fs';
import path from 'node:path';

export const ROOT: string = path.join(import.meta.dirname, '../..');

/** The text of a page: `README.md`, `docs/automation.md`. */
export function page(name: string): string {
  return fs.readFileSync(path.join(ROOT, name), 'utf8');
}

/** The blocks of code in one language on a page, in order. */
export function code(name: string, language: string): string[] {
  const blocks = page(name).matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'));
  return [...blocks].map(([, text = '']) => text);
}
