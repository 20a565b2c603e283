// `hookline db stats`: what the log holds, and what it takes up.
import type { Command } from 'commander';
import { z } from 'zod';
import { connectApi } from '../api.ts';
import { configOf, examples } from '../command.ts';
import type { Terminal } from '../terminal.ts';
import { count, plural, size } from '../text/amount.ts';
import { jsonLine, plain } from '../text/plain.ts';
import { facts } from '../text/table.ts';
import { clock } from '../text/time.ts';
import { isRunning, onReadOnlyLog } from './file.ts';

const Place = z.object({ seq: z.int(), timestamp: z.number() });
const StatsAnswer = z.object({
  path: z.string().optional(),
  bytes: z.number().optional(),
  freeBytes: z.number().optional(),
  schema: z.int().optional(),
  bytesPerEvent: z.number().optional(),
  epoch: z.string(),
  head: z.int(),
  events: z.int(),
  sessions: z.int(),
  oldest: Place.optional(),
  newest: Place.optional(),
  types: z.array(z.object({ type: z.string(), events: z.int() })),
  retention: z.object({ days: z.number(), bytes: z.number() }),
});
type StatsAnswer = z.infer<typeof StatsAnswer>;

/** Milliseconds a daemon may take to count a long log on a slow disk. */
const COUNT_MS = 120_000;

export function addStats(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('stats')
    .summary('Tell what the log holds and what it takes up.')
    .description(
      'Tell what the log holds and what it takes up. Asks the daemon; without one, looks into the file and changes nothing.',
    )
    .option('--json', 'Print one JSON object on stdout.')
    .action(async (options: { json?: true }) => {
      const { home, retentionDays, retentionBytes } = configOf(command, terminal);
      const stats = (await isRunning(home))
        ? await (await connectApi(home)).get('/api/db', StatsAnswer, COUNT_MS)
        : await onReadOnlyLog(home, async look => {
            const { statsOf } = await import('../../log/index.ts');
            const retention = { days: retentionDays, bytes: retentionBytes };
            return { ...(await statsOf(look)), retention } as StatsAnswer;
          });
      if (options.json) return terminal.print(jsonLine(stats));
      for (const line of asLines(stats, terminal, Date.now())) await terminal.print(line);
    });
  examples(command, [
    ['hookline db stats', 'a table'],
    ['hookline db stats --json | jq .bytes', 'the size, for a script'],
  ]);
}

function asLines(stats: StatsAnswer, { colors, columns }: Terminal, now: number): string[] {
  const { path, bytes, freeBytes = 0, schema, bytesPerEvent, oldest, newest, retention } = stats;
  const each = bytesPerEvent === undefined ? '' : `, ${plural(bytesPerEvent, 'byte')} each`;
  const place = (at: { seq: number; timestamp: number } | undefined): string =>
    at === undefined ? '-' : `seq ${count(at.seq)}, ${clock(at.timestamp, now)}`;
  const rows: [string, string][] = [
    ['log', path === undefined ? 'in memory, until the daemon stops' : plain(path)],
    ...(bytes === undefined
      ? []
      : ([['size', `${size(bytes)} on the disk, ${size(freeBytes)} of it free`]] as [string, string][])),
    ['events', `${count(stats.events)}${each}`],
    ['oldest', place(oldest)],
    ['newest', place(newest)],
    ['sessions', count(stats.sessions)],
    ['epoch', `${stats.epoch}${schema === undefined ? '' : `, schema ${schema}`}`],
    ['kept', `for ${plural(retention.days, 'day')}, up to ${size(retention.bytes)}`],
    ...stats.types.map(({ type, events }, index): [string, string] => [
      index === 0 ? 'types' : '',
      `${count(events).padStart(count(stats.types[0]?.events ?? 0).length)}  ${plain(type)}`,
    ]),
  ];
  return facts(
    rows.map(([name, value]) => [{ text: name, paint: colors.dim }, { text: value }]),
    columns,
  );
}
