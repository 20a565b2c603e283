// What somebody is asked to allow, as a sentence: a command that wants to run, a file to be written, a plan to begin.
import { el } from './dom.js';
import { line, prose } from './text.js';

const VERBS = {
  Edit: 'wants to edit',
  MultiEdit: 'wants to edit',
  NotebookEdit: 'wants to edit',
  Write: 'wants to write',
  Read: 'wants to read',
  Glob: 'wants to look for',
  Grep: 'wants to look for',
  WebFetch: 'wants to fetch',
  WebSearch: 'wants to search the web for',
  Agent: 'wants to begin',
  Task: 'wants to begin',
};
/** Those that ask for more than a call. */
const OTHERS = {
  ExitPlanMode: ['A plan', 'waits for your approval'],
  AskUserQuestion: ['A question', 'waits for your answer'],
};

const PAST = { 'wants to': 'wanted to', 'waits for': 'waited for' };

/** The sentence in two parts: who, and what it wants. */
export function askWords(toolName) {
  const tool = line(toolName, 80);
  if (tool === '') return ['Something', 'waits for you at its terminal'];
  if (Object.hasOwn(OTHERS, tool)) return OTHERS[tool];
  const [, server, name] = /^mcp__(.+?)__(.+)$/.exec(tool) ?? [];
  if (server !== undefined) return [name, `of ${server} wants to run`];
  return [tool, Object.hasOwn(VERBS, tool) ? VERBS[tool] : 'wants to run'];
}

/** The same of one that was asked before. */
export function askedWords(toolName) {
  const [subject, wants] = askWords(toolName);
  return [subject, wants.replace(/\b(wants to|waits for)\b/, words => PAST[words])];
}

/** What it wants that for: code as code, words as words; an empty text when nothing is known. */
export function askNode(toolName, what, longest) {
  const words = Object.hasOwn(OTHERS, line(toolName, 80));
  const text = words ? prose(what, longest) : line(what, longest);
  return text === '' ? '' : el(words ? 'p.quoted.data.few-lines' : 'code.quoted.data.few-lines', {}, text);
}
