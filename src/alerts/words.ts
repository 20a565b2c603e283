// What alerts say: what is the matter, what it is about, and what to do. No more of a tool's input than the state shows of it.
import { type BudgetTerms, duration, type PendingPermission } from '../protocol/index.ts';
import type { WatchedSession } from '../state/index.ts';

export interface Words {
  readonly title: string;
  /** May be empty. */
  readonly text: string;
  readonly advice: string;
}

type Wait = WatchedSession['waits'][number];

/** Longest text, in characters: it goes to small screens. */
const MOST = 200;

const ASKED: Readonly<Record<string, string>> = {
  AskUserQuestion: 'has a question',
  ExitPlanMode: 'has a plan to look at',
};

export function waitingWords(name: string, wait: Wait): Words {
  const what = wait.kind === 'permission' ? 'waits for a permission' : 'has a question';
  const advice =
    wait.vague === true ? 'Answer it at its terminal.' : 'Answer it on the page, or at its terminal.';
  return { title: `${name} ${ASKED[wait.toolName] ?? what}`, text: cut(subjectOf(wait)), advice };
}

function subjectOf({ toolName, what = '' }: PendingPermission): string {
  if (ASKED[toolName] !== undefined || toolName === '') return what;
  return what === '' ? toolName : `${toolName}: ${what}`;
}

export function failedWords(name: string, { error }: { readonly error: string }): Words {
  const text = error === '' ? 'its turn ended with an error' : `its turn ended with ${error}`;
  return {
    title: `${name} has failed`,
    text: cut(text),
    advice: 'Look at the session, and prompt it again.',
  };
}

export function stuckWords(name: string, forMs: number, currentTool: string | undefined): Words {
  const doing = currentTool === undefined ? 'at work' : `running ${currentTool}`;
  return {
    title: `${name} may be stuck`,
    text: cut(`${doing}, and nothing was heard of it for ${duration(forMs)}`),
    advice: 'Look at its terminal: it may hang, or wait for something that nobody told of.',
  };
}

export function idleWords(name: string): Words {
  return {
    title: `${name} is done`,
    text: 'its turn is over',
    advice: 'Give it something to do, or end it.',
  };
}

export function errorsWords(
  name: string,
  calls: readonly { readonly toolName: string }[],
  withinMs: number,
): Words {
  const tools = [...new Set(calls.map(({ toolName }) => toolName))].filter(tool => tool !== '');
  return {
    title: `${name} fails again and again`,
    text: cut(`${calls.length} tool calls failed within ${duration(withinMs)}: ${tools.join(', ')}`),
    advice: 'Look at the session: it may go in circles.',
  };
}

const PERIODS = { session: 'the session', day: 'the day', '5h': 'the window of five hours' } as const;

/** @param name of the session; undefined for a budget of none */
export function budgetWords(name: string | undefined, terms: BudgetTerms): Words {
  const { per, usd, spentUsd, estimated, project } = terms;
  const where = name === undefined && project !== undefined ? ` in ${project}` : '';
  const spent = `${estimated ? '~' : ''}$${spentUsd.toFixed(2)}`;
  return {
    title: name === undefined ? 'A budget is spent' : `${name} has spent its budget`,
    text: cut(`${spent} of $${usd.toFixed(2)} for ${PERIODS[per]}${where}`),
    advice: 'Look at what was used, and whether it should go on.',
  };
}

const cut = (text: string): string => (text.length <= MOST ? text : `${text.slice(0, MOST - 1)}…`);
