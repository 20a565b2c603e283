// `npm run generate`: writes the files that follow from the code, or with `--check` says whether the committed ones do.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { asyncApiSource } from '../asyncapi/document.ts';
import { configReference } from '../config/index.ts';
import { VERSION } from '../version.ts';
import { priceTableSource } from './prices.ts';
import { skillSource } from './skill.ts';

interface Generated {
  /** Path from the top of the repository. */
  readonly name: string;
  /** What the file should hold, given what it holds now. */
  readonly make: (now: string) => string;
}

const OPTIONS_TABLE = /(<!-- options: npm run generate -->\n).*?(<!-- end of options -->)/s;

const FILES: readonly Generated[] = [
  { name: 'asyncapi/asyncapi.json', make: asyncApiSource },
  {
    name: 'docs/configuration.md',
    make: now => now.replace(OPTIONS_TABLE, (_all, begin, end) => `${begin}\n${configReference()}\n${end}`),
  },
  {
    name: 'plugin/.claude-plugin/plugin.json',
    make: now => now.replace(/^ {2}"version": "[^"]*"/m, `  "version": "${VERSION}"`),
  },
  { name: 'plugin/skills/peers/SKILL.md', make: skillSource },
  { name: 'src/agents/claude-code/models/price-table.ts', make: () => priceTableSource('anthropic') },
];

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function firstDifference(left: string, right: string): number {
  const [ours, theirs] = [left.split('\n'), right.split('\n')];
  return ours.findIndex((line, index) => line !== theirs[index]) + 1 || ours.length + 1;
}

function main(options: readonly string[]): void {
  const check = options.includes('--check');
  if (options.some(option => option !== '--check')) {
    console.error('unknown option; usage: npm run generate [-- --check]');
    process.exitCode = 2;
    return;
  }
  for (const { name, make } of FILES) {
    const file = fileURLToPath(new URL(`../../${name}`, import.meta.url));
    const now = read(file);
    const wanted = make(now);
    if (now === wanted) continue;
    if (!check) {
      writeFileSync(file, wanted);
      continue;
    }
    console.error(
      `${name} is not what the code says (from line ${firstDifference(wanted, now)} on): run "npm run generate" and commit it`,
    );
    process.exitCode = 1;
  }
}

main(process.argv.slice(2));
