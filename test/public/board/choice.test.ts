// Which sessions the board shows, and under which headings.
import { expect, it } from 'vitest';
import { choiceOf, formOf, projectNames, type Section, sectionsOf } from '../../../public/board/choice.ts';
import { columnsIn, linesNear } from '../../../public/board/lines.ts';
import { byNeed } from '../../../public/board/need.ts';
import { sessionName } from '../../../public/design/names.ts';
import type { SessionState } from '../../../src/protocol/index.ts';

const session = (sessionId: string, state: string, project: string, more: object = {}): SessionState =>
  ({
    ...{ sessionId, state, project, cwd: project, startedAt: 1, lastActivityAt: 1, currentTools: [] },
    ...more,
  }) as unknown as SessionState;

const SESSIONS = [
  session('asks', 'waiting_permission', '/w/shop'),
  session('works', 'working', '/w/shop', { currentPrompt: { text: 'Fix the TILL', at: 1 } }),
  session('runs', 'tool_running', '/w/api', { currentTools: [{ toolName: 'Bash', what: 'npm test' }] }),
  session('rests', 'idle', '/w/api'),
];

const shown = (address: string): [string, string[]][] =>
  sectionsOf(byNeed(SESSIONS), choiceOf(new URLSearchParams(address)), sessionName).map(
    ({ title, members }: Section) => [
      title,
      members.map(({ session: { sessionId }, isOutside }) => sessionId + (isOutside ? ' (outside)' : '')),
    ],
  );

it('all of them are by need until somebody chooses', () => {
  expect(shown('')).toEqual([
    ['Needs you', ['asks']],
    ['Working', ['works', 'runs']],
    ['Idle', ['rests']],
  ]);
});

it('who needs somebody is shown whatever is chosen, and said to be outside of it', () => {
  expect(shown('project=/w/api&state=working')).toEqual([
    ['Needs you', ['asks (outside)']],
    ['Working', ['runs']],
  ]);
  expect(shown('project=/w/shop&state=waiting')).toEqual([['Needs you', ['asks']]]);
});

it('every word counts, of what a session is called, was asked and does', () => {
  expect(shown('q=till').at(-1)).toEqual(['Working', ['works']]);
  expect(shown('q=NPM+api').at(-1)).toEqual(['Working', ['runs']]);
  expect(shown('q=npm+shop')).toEqual([['Needs you', ['asks (outside)']]]);
});

it('by project, those who need somebody still come first', () => {
  expect(shown('group=project')).toEqual([
    ['Needs you', ['asks']],
    ['api', ['runs', 'rests']],
    ['shop', ['works']],
  ]);
});

it('an address that makes no sense chooses nothing', () => {
  expect(choiceOf(new URLSearchParams('state=__proto__&group=x&as=toString'))).toEqual(
    choiceOf(new URLSearchParams()),
  );
});

it('projects of one name are told apart by the folder above', () => {
  const at = (project: string) => session('a', 'idle', project);
  expect([...projectNames([at('/w/one/app'), at('/w/two/app'), at('/w/api')])]).toEqual([
    ['/w/api', 'api'],
    ['/w/one/app', 'one/app'],
    ['/w/two/app', 'two/app'],
  ]);
});

it('many sessions are a list, unless it is said otherwise', () => {
  const form = (address: string, many: number) => formOf(choiceOf(new URLSearchParams(address)), many);
  expect([form('', 3), form('', 100), form('as=cards', 100), form('as=list', 3)]).toEqual([
    ...['cards', 'list', 'cards', 'list'],
  ]);
});

it('only lines near what is in sight are drawn, as many side by side as have room', () => {
  expect(linesNear(100, 1000, 20, 800)).toEqual([0, 45]);
  expect(linesNear(-4000, 1000, 20, 800)).toEqual([190, 250]);
  expect(linesNear(5000, 1000, 20, 800)).toEqual([0, 0]);
  expect(linesNear(-90_000, 1000, 20, 800)).toEqual([1000, 1000]);
  expect([columnsIn(0, 272, 16), columnsIn(358, 272, 16), columnsIn(1376, 272, 16)]).toEqual([1, 1, 4]);
});
