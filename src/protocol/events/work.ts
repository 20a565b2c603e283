// Events about the work itself: tools, permissions, subagents and tasks.
import { z } from 'zod';
import { eventData, foreign, list, text, word } from './common.ts';

const tool = {
  toolName: word('`Bash`, `Read`, `mcp__server__tool`, ...'),
  toolUseId: word('Names the call; `tool.use` and `tool.result` of a call share it.'),
};
const input = foreign("The tool's input.");
const requestId = text('Names the request, when it can be answered from outside.');
const task = {
  taskId: word('Names the task.'),
  subject: word('What is to be done, in a line.'),
  description: text('What is to be done, at length.'),
  teammateName: text('Whose task it is.'),
};
const agentType = word(
  '`general-purpose`, `code-reviewer`, ...; empty for the one that compacts a conversation, and while it is not known.',
);

export const WORK_EVENTS = {
  'tool.use': eventData('A tool call begins. Exactly one a call, before its `tool.result`.', {
    ...tool,
    input,
  }),
  'tool.result': eventData('A tool call ended. Exactly one a call.', {
    ...tool,
    success: z.boolean().describe('False when the tool failed or was interrupted.'),
    durationMs: z
      .number()
      .optional()
      .describe('Milliseconds the tool ran, without waiting for permission or hooks.'),
    response: foreign("The tool's output, when it succeeded."),
    error: text('What went wrong, when it failed.'),
    interrupted: z.boolean().optional().describe('Whether the user stopped it.'),
  }),
  'tool.batch': eventData(
    'All tool calls the model made at once have ended. Mostly its hook is there only where it was asked for (`install --also PostToolBatch`).',
    {
      toolUseIds: list(z.string(), 'The calls of the batch.'),
    },
  ),
  'skill.command': eventData(
    'A skill or slash command runs a shell command of its own, and the model is given what that prints. No call of the model: no `tool.use` goes with it, and no result is told.',
    {
      toolName: tool.toolName,
      toolUseId: text('Names the command; it begins with the id of the `Skill` call, if one invoked it.'),
      input,
      commandName: text('The skill or slash command.'),
      commandSource: text('Where it is defined, such as `userSettings`.'),
      invokedBy: text('`user` or `claude`.'),
    },
  ),
  'permission.requested': eventData('The agent asks the user whether a tool may run.', {
    toolName: tool.toolName,
    input,
    suggestions: z.array(z.unknown()).optional().describe('Rules the user could accept for good.'),
    requestId,
  }),
  'permission.denied': eventData('Auto mode refused a tool call. A refusal by the user fires no hook.', {
    ...tool,
    input,
    reason: word('Why it was refused.'),
  }),
  'agent.started': eventData('A subagent runs; `agentId` of the envelope names it.', {
    agentType,
    transcriptPath: text("The subagent's own journal, a JSONL file."),
    continuedFrom: text(
      'The session it was started in, when that was cleared while it worked and it goes on here.',
    ),
  }),
  'agent.updated': eventData('What is known about a subagent has changed; only what changed is here.', {
    agentType: text(
      '`general-purpose`, `code-reviewer`, ...; empty for the one that compacts a conversation, and while it is not known.',
    ),
    toolUseId: text('The tool call that started it; whoever made that call is its parent.'),
    description: text('What it is for, in a few words.'),
    model: text('The model it uses.'),
  }),
  'agent.stopped': eventData('A subagent came to rest. It may be resumed and stop again.', {
    agentType,
    transcriptPath: text("The subagent's own journal, a JSONL file."),
    lastMessage: text("The subagent's last words."),
  }),
  'task.created': eventData('A task was put on the list.', task),
  'task.completed': eventData('A task on the list is done.', task),
  'teammate.idle': eventData('A teammate has nothing to do.', {
    teammateName: word('The teammate.'),
  }),
} as const;
