// `npm run generate`: writes asyncapi/asyncapi.json, or with `--check` says whether the committed one is current.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { asyncApiSource } from './document.ts';

const NAME = 'asyncapi/asyncapi.json';
const FILE = fileURLToPath(new URL(`../../${NAME}`, import.meta.url));

function fail(message: string, exitCode: 1 | 2): void {
  console.error(message);
  process.exitCode = exitCode;
}

function firstDifference(left: string, right: string): number {
  const [ours, theirs] = [left.split('\n'), right.split('\n')];
  return ours.findIndex((line, index) => line !== theirs[index]) + 1 || ours.length + 1;
}

function read(): string {
  try {
    return readFileSync(FILE, 'utf8');
  } catch {
    return '';
  }
}

function check(): void {
  const committed = read();
  const current = asyncApiSource();
  if (committed === current) return;
  const line = firstDifference(current, committed);
  fail(`${NAME} is not what the code says (from line ${line} on): run "npm run generate" and commit it`, 1);
}

const options = process.argv.slice(2);
if (options.some(option => option !== '--check')) fail(`unknown option; usage: write.js [--check]`, 2);
else if (options.length > 0) check();
else writeFileSync(FILE, asyncApiSource());
