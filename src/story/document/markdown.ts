// A session as a Markdown document, written a piece at a time: prompts, replies, calls with what they changed and put out, subagents.
import { costOf, type EventEnvelope, sentPrompt, type UsageTotals, workOf } from '../../protocol/index.ts';
import type { About } from '../about.ts';
import { progressWords, type Task } from '../tasks.ts';
import { count } from '../words.ts';
import { callText } from './call.ts';
import { noteWords } from './notes.ts';
import { type Chapter, type Entry, Outline } from './outline.ts';
import { asMarkdown, code, inline, quoted } from './quoted.ts';
import type { Source } from './source.ts';
import { clock, moment } from './times.ts';

/** Characters put together before they are handed on; a single piece may be longer. */
const CHUNK = 64 * 1024;

/**
 * First an outline of all events is made, of some hundred bytes for each; then each is read once more where it stands in the document.
 *
 * @throws what the source throws
 */
export async function* markdownOf(source: Source): AsyncGenerator<string> {
  let chunk = '';
  for await (const piece of pieces(source)) {
    if (piece === '') continue;
    chunk += `${piece}\n\n`;
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk.replace(/\n+$/, '\n');
}

async function* pieces(source: Source): AsyncGenerator<string> {
  const outline = new Outline(source.sessionId);
  for await (const { log, events } of source.pages()) for (const event of events) outline.add(event, log);
  yield headText(source, outline);
  yield tasksText(outline.tasks.all);
  const chapters = outline.chapters();
  const names = new Map(chapters.map((chapter, index) => [chapter.agentId, nameOf(chapter, index)]));
  const used = new Map(source.prompts.map(row => [row.promptId, row]));
  const prompts = { count: 0 };
  for (const { agentId, entries } of chapters) {
    if (agentId !== '') yield `## ${names.get(agentId)}`;
    for (const entry of entries) {
      const event = await source.event(entry.place);
      // What was deleted while this was written is missing in it.
      if (event === undefined) continue;
      if (entry.kind === 'prompt') yield promptText(event, ++prompts.count, used);
      else if (entry.kind === 'call') yield await callOf(entry, event, source, names);
      else yield wordsText(entry, event);
    }
  }
}

const nameOf = ({ type, description }: Chapter, index: number): string =>
  ['Subagent', String(index), inline(type, 60), description === '' ? '' : `(${inline(description, 120)})`]
    .filter(part => part !== '')
    .join(' ');

async function callOf(
  { result, agentId }: Entry,
  use: EventEnvelope,
  source: Source,
  names: ReadonlyMap<string, string>,
): Promise<string> {
  const end = result === undefined ? undefined : await source.event(result);
  const started = names.get(agentId ?? '');
  const text = callText(use.type === 'tool.use' ? use : undefined, end);
  return agentId === undefined || started === undefined ? text : `${text}\n\nStarts ${started}, below.`;
}

function headText({ sessionId, version, now, usage }: Source, { about, events }: Outline): string {
  const { project = '', name, gitBranch, model, startedAt, ended } = about;
  const folder = project.split(/[/\\]/).filter(Boolean).at(-1) ?? '';
  const where = gitBranch === undefined ? code(project) : `${code(project)} on ${code(gitBranch)}`;
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['Session', code(sessionId)],
    ['Folder', project === '' ? undefined : where],
    ['Client', clientWords(about)],
    ['Model', model && code(model)],
    ['Started', startedAt === undefined ? undefined : moment(startedAt)],
    ['Ended', ended && `${moment(ended.at)} (${inline(ended.reason, 60) || 'nobody said why'})`],
    ['Used', usedWords(usage.totals)],
    ...Object.entries(usage.byModel).map(([of, used]) => [`Used by ${code(of)}`, usedWords(used)] as const),
    ['Exported', `${moment(now)} by hookline ${version}, ${count(events)} events; times are UTC`],
  ];
  const rows = lines.filter(([, value]) => value).map(([label, value]) => `- ${label}: ${value}`);
  return `# ${inline(name ?? folder, 80) || 'Session'}\n\n${rows.join('\n')}`;
}

const clientWords = ({ version }: About): string | undefined => version && `version ${inline(version, 40)}`;

function usedWords(used: UsageTotals): string {
  const cost = costOf(used);
  const about = used.costEstimateUsd === undefined ? '' : '~';
  return `${count(workOf(used))} tokens${cost === undefined ? '' : `, ${about}$${cost.toFixed(2)}`}`;
}

function tasksText(tasks: readonly Task[]): string {
  if (tasks.length === 0) return '';
  const rows = tasks.map(({ subject, state }) => {
    const mark = state === 'done' ? 'x' : ' ';
    return `- [${mark}] ${inline(subject, 300)}${state === 'now' ? ' (at work)' : ''}`;
  });
  return `Tasks: ${progressWords(tasks)}\n\n${rows.join('\n')}`;
}

function promptText(
  { timestamp, agentId, data }: EventEnvelope,
  number: number,
  used: ReadonlyMap<string, UsageTotals>,
): string {
  const prompt = typeof data['prompt'] === 'string' ? data['prompt'] : '';
  const sent = sentPrompt(prompt);
  const from = sent === undefined ? 'Prompt' : `Message from ${inline(sent.from, 80)}`;
  const cost = used.get(String(data['promptId']));
  const figures = cost === undefined ? '' : `, ${usedWords(cost)}`;
  const level = agentId === undefined ? '##' : '###';
  return `${level} ${number}. ${from}, ${moment(timestamp)}${figures}\n\n${quoted(sent?.text ?? prompt)}`;
}

function wordsText({ kind, isTold }: Entry, event: EventEnvelope): string {
  const { timestamp: at, type, data } = event;
  if (kind === 'note') return `*${inline(noteWords(event), 400)}*, ${clock(at)}`;
  const text = (name: string): string => (typeof data[name] === 'string' ? data[name] : '');
  if (kind === 'said') return asMarkdown(text('text'));
  const said = isTold ? '' : `${asMarkdown(text('lastMessage'))}\n\n`;
  if (type === 'agent.stopped') return said.trim();
  const end =
    type === 'turn.failed'
      ? `The turn failed: ${inline(text('errorDetails') || text('error'), 600)}`
      : 'Turn ended';
  return `${said}*${end}*, ${clock(at)}`.trim();
}
