// `hookline db import`: reads an export into the log of a daemon that is stopped.
import fs from 'node:fs';
import type { Command } from 'commander';
import type { Imported } from '../../log/index.ts';
import { configOf, examples } from '../command.ts';
import { Failure } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import { count, plural } from '../text/amount.ts';
import { jsonLine } from '../text/plain.ts';
import { onFile } from './file.ts';
import { linesOf } from './lines.ts';

const DAY_MS = 86_400_000;

export function addImport(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('import')
    .summary('Read an export into the log.')
    .description(
      'Read what `hookline db export` wrote into the log, all of it or nothing. The daemon must be stopped.\nA log without events takes the seqs over and begins a new epoch; any other numbers the events on. What was imported before is left out.',
    )
    .argument('<file>', 'The export; - reads stdin.')
    .option('--json', 'Print {"added", "skipped", "first"?, "last"?, "epoch"} on stdout.')
    .action(async (name: string, options: { json?: true }) => {
      const { home, retentionDays } = configOf(command, terminal);
      // Opened first: without it there is nothing to do, and nothing should be made.
      const input = name === '-' ? process.stdin : opened(name);
      fs.mkdirSync(home, { recursive: true, mode: 0o700 });
      const source = { name: name === '-' ? 'stdin' : name, lines: linesOf(input) };
      const done = await onFile(home, ({ importLog }, file) =>
        importLog(file, source, Date.now() - retentionDays * DAY_MS),
      );
      const { added, skipped, first, last, epoch } = done;
      if (options.json) await terminal.print(jsonLine({ added, skipped, first, last, epoch }));
      for (const line of words(done, retentionDays)) terminal.say(line);
    });
  examples(command, [
    ['hookline db import log.ndjson', 'add it to the log'],
    ['hookline db import - < log.ndjson', 'the same from stdin'],
  ]);
}

/** @throws Failure when there is no such file, or it may not be read. */
function opened(name: string): fs.ReadStream {
  try {
    return fs.createReadStream('', { fd: fs.openSync(name, 'r') });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Failure(
      `${name} cannot be read (${code ?? message}); name a file that \`db export\` wrote, or - for stdin`,
    );
  }
}

function words(
  { added, skipped, first, last, kept, epoch, old, incomplete, header }: Imported,
  days: number,
): string[] {
  const lines = [
    added === 0
      ? 'Nothing was added.'
      : `Added ${plural(added, 'event')}: seq ${first} to ${last}${kept ? '' : ' (numbered anew)'}, epoch ${epoch}.`,
  ];
  if (skipped > 0) lines.push(`${count(skipped)} ${skipped === 1 ? 'was' : 'were'} here already.`);
  if (incomplete) lines.push(`Note: the export promises events up to seq ${header.to} and ends before.`);
  if (added > 0 && old > 0)
    lines.push(
      `Note: ${count(Math.min(old, added))} of them ${Math.min(old, added) === 1 ? 'is' : 'are'} older than ${plural(days, 'day')}, and the daemon deletes such; raise retentionDays before it starts to keep them.`,
    );
  if (added > 0) lines.push('The next start reads the whole log once.');
  return lines;
}
