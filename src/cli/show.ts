// `hookline show`: the story of one session, turn by turn.
import { type Command, Option } from 'commander';
import { z } from 'zod';
import { Usage } from '../protocol/index.ts';
import { connectApi } from './api.ts';
import { configOf, examples, whole } from './command.ts';
import { UsageError } from './failure.ts';
import { findNewest, MOST } from './search/newest.ts';
import { SessionsAnswer } from './sessions.ts';
import { findSession } from './show/find.ts';
import { aboutFrom, headLines } from './show/head.ts';
import { storyLines } from './show/lines.ts';
import { STORY_TOPICS } from './show/story.ts';
import { timeline } from './show/timeline.ts';
import type { Terminal } from './terminal.ts';
import { jsonLine, terminalSafe } from './text/plain.ts';

interface Options {
  readonly last?: number;
  readonly json?: true;
  readonly format?: 'md' | 'json';
}

const NoUsage = { totals: { input: 0, output: 0, cacheRead: 0, cacheCreation: 0 }, byModel: {} };

export function addShow(program: Command, terminal: Terminal): void {
  const command = program
    .command('show')
    .summary('Tell the story of a session.')
    .description(
      'Tell the story of a session, over or not: its turns, what was said, which tools ran and how long, who was asked for permission, what its subagents did, and what it used.',
    )
    .argument('[session]', 'The beginning of its id, or its name. (default: the session heard of last)')
    .option('--last <turns>', 'Only the last turns.', whole('--last', 1, 100_000))
    .option('--json', 'Print one JSON object on stdout: the story, not the events.')
    .addOption(
      new Option(
        '--format <form>',
        'Write all of the session to stdout instead, its events as they are kept: a document to read, or JSON.',
      ).choices(['md', 'json']),
    )
    .action(async (typed: string | undefined, options: Options) => {
      await show(typed, options, configOf(command, terminal).home, terminal);
    });
  examples(command, [
    ['hookline show', 'what the session heard of last has done'],
    ['hookline show 8dd92b6f --format md > session.md', 'all of it, with what was changed and put out'],
  ]);
}

async function show(
  typed: string | undefined,
  { last, json, format }: Options,
  home: string,
  terminal: Terminal,
): Promise<void> {
  if (format !== undefined && (json || last !== undefined))
    throw new UsageError('--format writes all of the session, and goes with neither --json nor --last');
  const api = await connectApi(home);
  const { sessions } = await api.get('/api/sessions', SessionsAnswer);
  const sessionId = await findSession(typed, sessions, api);
  if (format !== undefined) {
    const whole = `/api/sessions/${encodeURIComponent(sessionId)}/export?format=${format}`;
    for await (const text of api.stream(whole))
      await terminal.write(format === 'json' ? terminalSafe(text) : text);
    return;
  }
  const query = { sessionId, topics: STORY_TOPICS.join(',') };
  const { events, hasMore } = await findNewest(api, query, MOST);
  const usage = await api
    .get(`/api/usage?sessionId=${encodeURIComponent(sessionId)}`, z.object(Usage.shape))
    .catch(() => NoUsage);
  const session = sessions.find(one => one.sessionId === sessionId);
  const about = aboutFrom(sessionId, events);
  const items = lastTurns(timeline(events), last);
  if (json) return terminal.print(jsonLine({ session: { ...about, ...session }, usage, items }));
  const { colors, columns } = terminal;
  const style = { colors, columns, now: Date.now() };
  for (const line of headLines({ about, session, usage }, style)) await terminal.print(line);
  for (const line of storyLines(items, style)) await terminal.print(line);
  if (hasMore) terminal.say(`hookline: what was before the last ${MOST} events is not shown`);
}

function lastTurns<T extends { readonly kind: string }>(items: T[], count: number | undefined): T[] {
  if (count === undefined) return items;
  const turns = items.flatMap((item, index) => (item.kind === 'turn' ? [index] : []));
  return items.slice(turns.at(-count) ?? 0);
}
