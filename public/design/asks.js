// What somebody asks for, as a sentence: to run a command, to write a file, to begin with a plan.
import { line } from './text.js';

const WANTS = {
  Bash: 'run a command',
  PowerShell: 'run a command',
  BashOutput: 'read what a command prints',
  KillShell: 'stop a command',
  Monitor: 'watch a command',
  Edit: 'edit a file',
  MultiEdit: 'edit a file',
  NotebookEdit: 'edit a notebook',
  Write: 'write a file',
  Read: 'read a file',
  Glob: 'look for files',
  Grep: 'search in files',
  LS: 'list a folder',
  WebFetch: 'fetch a page',
  WebSearch: 'search the web',
  Agent: 'start a subagent',
  Task: 'start a subagent',
  SendMessage: 'send a message',
  Skill: 'use a skill',
  SlashCommand: 'use a command of yours',
  TodoWrite: 'write down its tasks',
};
/** Those that ask for more than a call. */
const HAS = {
  ExitPlanMode: 'a plan for you to approve',
  AskUserQuestion: 'a question for you',
};

/** What follows who asks: `wants to run a command`; in the past `wanted to run a command`. */
export function askWords(toolName, past = false) {
  const tool = line(toolName, 80);
  if (Object.hasOwn(HAS, tool)) return `${past ? 'had' : 'has'} ${HAS[tool]}`;
  if (tool === '') return past ? 'needed you at its terminal' : 'needs you at its terminal';
  const [, server, name] = /^mcp__(.+?)__(.+)$/.exec(tool) ?? [];
  const other = server === undefined ? `use ${tool}` : `use ${name} of ${server}`;
  return `${past ? 'wanted' : 'wants'} to ${Object.hasOwn(WANTS, tool) ? WANTS[tool] : other}`;
}

/** Whether what it asks for is words, and no code. */
export const asksInWords = toolName => toolName === '' || Object.hasOwn(HAS, toolName);
