// What somebody asks for, as a sentence: to run a command, to write a file, to begin with a plan.
import type { AgentSnapshot } from '../../src/protocol/index.ts';
import { own } from './lookup.ts';
import { line } from './text.ts';

const WANTS: Readonly<Record<string, string>> = {
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
const HAS: Readonly<Record<string, string>> = {
  ExitPlanMode: 'a plan for you to approve',
  AskUserQuestion: 'a question for you',
};

/** What follows who asks: `wants to run a command`; in the past `wanted to run a command`. */
export function askWords(toolName: unknown, past = false): string {
  const tool = line(toolName, 80);
  const has = own(HAS, tool);
  if (has !== undefined) return `${past ? 'had' : 'has'} ${has}`;
  if (tool === '') return past ? 'needed you at its terminal' : 'needs you at its terminal';
  const [, server, name] = /^mcp__(.+?)__(.+)$/.exec(tool) ?? [];
  const other = server === undefined ? `use ${tool}` : `use ${name} of ${server}`;
  return `${past ? 'wanted' : 'wants'} to ${own(WANTS, tool) ?? other}`;
}

/** Whether what it asks for is words, and no code. */
export const asksInWords = (toolName: string): boolean => toolName === '' || Object.hasOwn(HAS, toolName);

/** Whose question it is, as a sentence begins. */
export function whoAsks(agentId: string | undefined, agents: readonly AgentSnapshot[]): string {
  if (agentId === undefined) return 'The agent';
  const agent = agents.find(one => one.agentId === agentId);
  return `Subagent ${line(agent?.description || agent?.agentType || agentId, 60)}`;
}
