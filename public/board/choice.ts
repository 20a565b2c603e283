// Which sessions the board shows, and under which headings: the address holds it. Who needs somebody is shown in any case.

import type { SessionState } from '../../src/protocol/index.ts';
import { fold, splitWords } from '../../src/protocol/search-terms.ts';
import { groupBy } from '../design/group.ts';
import { baseName, line } from '../design/text.ts';
import { NEEDS, type Need } from './need.ts';

/** Their names in the address are `q`, `project`, `state`, `group` and `as`. */
export interface Choice {
  /** Words that a session has to have, all of them. */
  readonly q: string;
  /** A folder; empty is any. */
  readonly project: string;
  /** Empty is any. */
  readonly state: Need | '';
  readonly group: 'need' | 'project';
  /** Empty is whatever fits their number. */
  readonly form: 'cards' | 'list' | '';
}

/** A board of more sessions than this is a list until somebody chooses. */
export const CARDS = 30;

const oneOf = <Name extends string>(value: string | null, ...names: readonly Name[]): Name | undefined =>
  names.find(name => name === value);

export function choiceOf(params: URLSearchParams): Choice {
  return {
    q: params.get('q') ?? '',
    project: params.get('project') ?? '',
    state: oneOf(params.get('state'), ...NEEDS.map(({ need }) => need)) ?? '',
    group: oneOf(params.get('group'), 'project') ?? 'need',
    form: oneOf(params.get('as'), 'cards', 'list') ?? '',
  };
}

export const isFiltered = ({ q, project, state }: Choice): boolean => q.trim() + project + state !== '';

export const formOf = ({ form }: Choice, sessions: number): 'cards' | 'list' =>
  form === '' ? (sessions > CARDS ? 'list' : 'cards') : form;

/** The folder that a session counts for. */
export const projectOf = ({ project, cwd }: Pick<SessionState, 'project' | 'cwd'>): string =>
  project || cwd || '?';

/** What to call each project: its folder's name, and where two have the same, with the folder above it. */
export function projectNames(
  sessions: readonly Pick<SessionState, 'project' | 'cwd'>[],
): Map<string, string> {
  const short = (project: string): string => line(baseName(project), 60) || '?';
  const projects = [...new Set(sessions.map(projectOf))];
  const alike = groupBy(projects, short);
  const long = (project: string): string =>
    line(project.split(/[/\\]/).filter(Boolean).slice(-2).join('/'), 80);
  return new Map(
    projects
      .map(one => [one, (alike.get(short(one))?.length ?? 0) > 1 ? long(one) : short(one)] as const)
      .toSorted(([, left], [, right]) => left.localeCompare(right)),
  );
}

/** A session on the board. */
export interface Member {
  readonly session: SessionState;
  readonly need: Need;
  /** It is shown although the filter leaves it out, because it needs somebody. */
  readonly isOutside: boolean;
}

/** Members under a heading. */
export interface Section {
  readonly key: string;
  readonly title: string;
  /** Undefined where they are together for another reason. */
  readonly need: Need | undefined;
  readonly members: readonly Member[];
}

/** Whether a session fits a choice. @param nameOf what it is called */
export function makeFits({ q, project, state }: Choice, nameOf: (session: SessionState) => string) {
  const words = splitWords(q);
  return (session: SessionState, need: Need): boolean =>
    (state === '' || state === need) &&
    (project === '' || project === projectOf(session)) &&
    (words.length === 0 || hasAll(textOf(session, nameOf(session)), words));
}

const hasAll = (text: string, words: readonly string[]): boolean => words.every(word => text.includes(word));

/** What a session is found by. */
function textOf(session: SessionState, name: string): string {
  const { sessionId, cwd, project, gitBranch, model, node, summary, userPrompt, currentPrompt } = session;
  const { lastMessage, currentTools } = session;
  const said = [summary, (userPrompt ?? currentPrompt)?.text, lastMessage];
  const tools = currentTools.map(({ toolName, what }) => `${toolName} ${what ?? ''}`);
  return fold([name, sessionId, project, cwd, gitBranch, model, node, ...said, ...tools].join('\n'));
}

/**
 * What the board shows, in its order: first who needs somebody, whatever else is chosen.
 *
 * @param sorted all sessions by need, each need in its order
 */
export function sectionsOf(
  sorted: ReadonlyMap<Need, readonly SessionState[]>,
  choice: Choice,
  nameOf: (session: SessionState) => string,
): Section[] {
  const fits = makeFits(choice, nameOf);
  const members = [...sorted].flatMap(([need, sessions]) =>
    sessions.map(session => ({ session, need, isOutside: !fits(session, need) })),
  );
  const shown = members.filter(({ need, isOutside }) => need === 'waiting' || !isOutside);
  const byNeed = groupBy(shown, ({ need }) => need);
  const sections = NEEDS.map(({ need, title }) => ({
    key: need,
    title,
    need,
    members: byNeed.get(need) ?? [],
  }));
  if (choice.group === 'need') return sections.filter(({ members: some }) => some.length > 0);
  const names = projectNames(members.map(({ session }) => session));
  const byProject = groupBy(
    shown.filter(({ need }) => need !== 'waiting'),
    ({ session }) => projectOf(session),
  );
  const projects = [...names].map(([project, title]) => ({
    ...{ key: `project ${project}`, title, need: undefined },
    members: byProject.get(project) ?? [],
  }));
  return [...sections.slice(0, 1), ...projects].filter(({ members: some }) => some.length > 0);
}
