// Finds Nodes of other versions: the one that runs the tests, else that of npm's package of this platform, kept in .tmp/.
import fs from 'node:fs';
import path from 'node:path';
import { installed } from './npm-package.ts';

/** Path of a Node of that major version; undefined where there is none to be had, which is said on the console. */
export async function findNode(major: number): Promise<string | undefined> {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const name = `node-${process.platform}-${process.arch}`;
  try {
    const node = await installed({
      spec: `${name}@${major}`,
      folder: `node-${major}`,
      find: folder => {
        const file = path.join(folder, 'node_modules', name, 'bin/node');
        return fs.existsSync(file) ? file : undefined;
      },
      say: `installing Node ${major} for the end-to-end tests (some 60 MB, once)`,
    });
    if (!node) throw new Error(`npm installed no bin/node of ${name}`);
    return node;
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    console.warn(`skipped: no Node ${major} to run hookline on (${why}); make npm's registry reachable`);
    return undefined;
  }
}
