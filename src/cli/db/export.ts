// `hookline db export`: the log as lines on stdout, from the daemon or from the file.
import type { Command } from 'commander';
import type { Filter, ReadOnlyLog } from '../../log/index.ts';
import { VERSION } from '../../version.ts';
import { connectApi } from '../api.ts';
import { collect, configOf, examples } from '../command.ts';
import { sessionsMeant } from '../search/sessions.ts';
import { SessionsAnswer } from '../sessions.ts';
import { onlyOne } from '../tail/sessions.ts';
import { topicsFor } from '../tail/topics.ts';
import type { Terminal } from '../terminal.ts';
import { terminalSafe } from '../text/plain.ts';
import { parseWhen, spanOf, UNTIL, WHEN } from '../when.ts';
import { isRunning, onReadOnlyLog } from './file.ts';

interface ExportOptions {
  readonly topic?: string[];
  readonly session?: string[];
  readonly since?: string;
  readonly until?: string;
}

/** What is to be exported: parameters of `/api/db/export`, but for the sessions as they were typed. */
interface Request {
  readonly topics: readonly string[];
  readonly sessions: readonly string[];
  readonly span: Readonly<Record<string, string>>;
}

/** The most ids that a beginning is looked up in; one that fits so many is refused anyway. */
const IDS = 1000;

export function addExport(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('export')
    .summary('Write the log to stdout, a line of JSON an event.')
    .description(
      'Write the log to stdout as NDJSON: a header, then a line an event with all that is kept of it, the hook’s payload too.\nIt holds what the log holds: keep it as safe.',
    )
    .option('--topic <glob>', "Only these topics: 'tool.*'. Again for each further one.", collect)
    .option('--session <id>', 'Only this session; the beginning of its id will do. Again for each.', collect)
    .option(
      `--since ${WHEN}`,
      'After this seq, at most that long ago (2h, 1d), from this day on, or not before this time.',
    )
    .option(`--until ${WHEN}`, UNTIL)
    .action(async (options: ExportOptions) => {
      const { home } = configOf(command, terminal);
      const request = requestOf(options);
      const write = (text: string): Promise<void> => terminal.write(terminalSafe(text));
      if (await isRunning(home)) await fromDaemon(home, request, write);
      else await onReadOnlyLog(home, look => fromFile(look, request, write));
    });
  examples(command, [
    ['hookline db export > log.ndjson', 'everything'],
    ['hookline db export --session 8dd9 | gzip > session.ndjson.gz', 'one session'],
  ]);
}

/** @throws UsageError */
function requestOf({ topic = [], session = [], since, until }: ExportOptions): Request {
  return {
    topics: topic.length === 0 ? [] : topicsFor(topic, false),
    sessions: session,
    span: spanOf(
      since === undefined ? undefined : parseWhen('--since', since),
      until === undefined ? undefined : parseWhen('--until', until),
      Date.now(),
    ),
  };
}

type Write = (text: string) => Promise<void>;

async function fromDaemon(home: string, { topics, sessions, span }: Request, write: Write): Promise<void> {
  const api = await connectApi(home);
  const living = sessions.length === 0 ? [] : (await api.get('/api/sessions', SessionsAnswer)).sessions;
  const ids = await sessionsMeant(sessions, living, api);
  const parameters = new URLSearchParams({
    ...span,
    ...(topics.length === 0 ? {} : { topics: topics.join(',') }),
    ...(ids.length === 0 ? {} : { sessionId: ids.join(',') }),
  });
  for await (const text of api.stream(`/api/db/export?${parameters}`)) await write(text);
}

async function fromFile(look: ReadOnlyLog, { topics, sessions, span }: Request, write: Write): Promise<void> {
  const [{ exportLog }, { topicFilter }] = await Promise.all([
    import('../../log/index.ts'),
    import('../../fanout/index.ts'),
  ]);
  const number = (name: string): number | undefined =>
    span[name] === undefined ? undefined : Number(span[name]);
  const [since, until] = [number('since'), number('until')];
  const ids = sessions.map(text => onlyOne(text, look.sessionIds(text, IDS)) ?? text);
  const filter: Filter = {
    ...(topics.length === 0 ? {} : { topics: topicFilter(topics) }),
    ...(ids.length === 0 ? {} : { sessions: new Set(ids) }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
  const text = exportLog(look, {
    version: VERSION,
    after: number('after'),
    before: number('before'),
    filter: Object.keys(filter).length === 0 ? undefined : filter,
  });
  for await (const piece of text) await write(piece);
}
