// `hookline search`: finds events in the log, also those of sessions that are long over.
import type { Command } from 'commander';
import {
  type EventEnvelope,
  FIXED_LIMITS,
  type Hit,
  type SessionState,
  splitWords,
} from '../protocol/index.ts';
import { type Api, connectApi } from './api.ts';
import { collect, configOf, examples, whole } from './command.ts';
import { UsageError } from './failure.ts';
import { findHits } from './search/hits.ts';
import { findNewest, MOST } from './search/newest.ts';
import { sessionsMeant } from './search/sessions.ts';
import { shown } from './search/shown.ts';
import { SessionsAnswer } from './sessions.ts';
import { topicsFor } from './tail/topics.ts';
import type { Terminal } from './terminal.ts';
import { plural } from './text/amount.ts';
import { eventLine, LATE_LEGEND, Order } from './text/event-line.ts';
import { Labels } from './text/labels.ts';
import { jsonLine } from './text/plain.ts';
import { cutTo } from './text/width.ts';
import { parseWhen, spanOf, UNTIL, WHEN } from './when.ts';

interface SearchOptions {
  readonly topic?: string[];
  readonly session?: string[];
  readonly since?: string;
  readonly until?: string;
  readonly limit: number;
  readonly json?: true;
}

const DEFAULT_LIMIT = 50;

export function addSearch(program: Command, terminal: Terminal): void {
  const command = program
    .command('search')
    .summary('Find events in the log.')
    .description(
      'Find the events in which every word occurs: anywhere in type, data or payload, in any case. The newest come last; first come those of sessions from before hookline, if any were taken in.\nWhatever tells of the same tool call is one line, which says in how many places of it the words are.\nNothing found is fine too: exit code 0.',
    )
    .argument('[words...]', 'What to look for; may be left out when an option says enough.')
    .option(
      '--topic <glob>',
      "Only these topics: 'tool.*', permission.denied. Again for each further one.",
      collect,
    )
    .option(
      '--session <id>',
      'Only this session; the beginning of its id will do. Again for each further one.',
      collect,
    )
    .option(
      `--since ${WHEN}`,
      'After this seq, at most that long ago (90s, 15m, 2h, 1d), from this day on (2026-11-30), or not before this time (2026-11-30T14:05).',
    )
    .option(`--until ${WHEN}`, UNTIL)
    .option(
      '--limit <number>',
      'How many lines at most, the newest.',
      whole('--limit', 1, MOST),
      DEFAULT_LIMIT,
    )
    .option('--json', 'Print each event as one line of JSON (NDJSON), also those of one call.')
    .action(async (words: string[], options: SearchOptions) => search(words, options, command, terminal));
  examples(command, [
    ['hookline search ECONNREFUSED --since 1d', 'where a connection was refused since yesterday'],
    [
      "hookline search npm test --topic 'tool.*' --json",
      'tool calls about npm and test, for another program',
    ],
  ]);
  command.addHelpText('after', `\n${LATE_LEGEND}`);
}

async function search(
  typed: readonly string[],
  options: SearchOptions,
  command: Command,
  terminal: Terminal,
): Promise<void> {
  const { home } = configOf(command, terminal);
  const { limit, json } = options;
  const query = queryOf(typed, options);
  const api = await connectApi(home);
  const { sessions } = await api.get('/api/sessions', SessionsAnswer);
  const only = await sessionsMeant(options.session ?? [], sessions, api);
  const asked = only.length === 0 ? query : { ...query, sessionId: only.join(',') };
  const words = splitWords(typed.join(' '));
  const find = (log: 'events' | 'history', most: number): Promise<{ hits: Hit[]; hasMore: boolean }> =>
    json ? findEvents(api, { ...asked, log }, most) : findHits(api, { ...asked, log }, words, most);
  const { hits, hasMore } = await find('events', limit);
  // A seq is one of the log; whoever names one does not mean sessions from before.
  const isPastWanted = hits.length < limit && !('after' in asked) && !('before' in asked);
  const past = isPastWanted ? await find('history', limit - hits.length) : { hits: [], hasMore: false };
  const lineOf = liner(words, sessions, terminal);
  for (const hit of past.hits)
    await terminal.print(json ? jsonLine({ ...hit.event, log: 'history' }) : lineOf(hit));
  for (const hit of hits) await terminal.print(json ? jsonLine(hit.event) : lineOf(hit));
  if (hits.length + past.hits.length === 0) terminal.say('hookline: nothing found');
  else if (past.hasMore)
    terminal.say(`hookline: these are the newest ${limit}; older ones, from before hookline, with --limit`);
  else if (hasMore) {
    const oldest = Math.min(...hits.map(({ newest }) => newest));
    terminal.say(
      `hookline: these are the newest ${hits.length}; older ones with --limit, or with --until ${oldest - 1}`,
    );
  }
}

/** For a program every event is a hit. */
async function findEvents(
  api: Api,
  query: Readonly<Record<string, string>>,
  limit: number,
): Promise<{ hits: Hit[]; hasMore: boolean }> {
  const { events, hasMore } = await findNewest(api, query, limit);
  return { hits: events.map(event => ({ event, places: 1, newest: event.seq })), hasMore };
}

/** The parameters of `/api/events`. @throws UsageError */
function queryOf(typed: readonly string[], options: SearchOptions): Record<string, string> {
  const { topic = [], session = [] } = options;
  const since = options.since === undefined ? undefined : parseWhen('--since', options.since);
  const until = options.until === undefined ? undefined : parseWhen('--until', options.until);
  const q = typed.join(' ').trim();
  if (q === '' && !since && !until && topic.length + session.length === 0)
    throw new UsageError(
      'there is nothing to search for; give a word, or an option such as --topic or --since',
    );
  if (q.length > FIXED_LIMITS.searchCharacters)
    throw new UsageError(`the words are too long; ${FIXED_LIMITS.searchCharacters} characters are possible`);
  return {
    ...spanOf(since, until, Date.now()),
    ...(topic.length === 0 ? {} : { topics: topicsFor(topic, false).join(',') }),
    ...(q === '' ? {} : { q }),
  };
}

function liner(
  words: readonly string[],
  sessions: readonly SessionState[],
  { colors, columns }: Terminal,
): (hit: Hit) => string {
  const labels = new Labels();
  labels.learnSessions(sessions);
  const style = { colors, columns, labels, now: Date.now(), order: new Order() };
  return ({ event, places }) => {
    const after = places === 1 ? '' : `  ${plural(places, 'place')}`;
    const say = (one: EventEnvelope, room: number): string =>
      shown(one, words, Math.max(1, room - after.length), colors.inverse) +
      colors.dim(cutTo(after, room - 1));
    return eventLine(event, { ...style, words: say });
  };
}
