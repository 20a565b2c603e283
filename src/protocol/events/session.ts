// Events about a session, its prompts, its turns and what it shows.
import { z } from 'zod';
import { PromptOrigin } from '../prompt-origin.ts';
import { UsageTotals } from '../usage.ts';
import { eventData, foreign, list, text, word } from './common.ts';

const { costUsd: _costUsd, costEstimateUsd: _estimate, ...tokens } = UsageTotals.shape;
const end = z.int().optional().describe('Where its line ends in the transcript, in bytes.');

export const SESSION_EVENTS = {
  'session.discovered': eventData('A session is there: it started, or was seen for the first time.', {
    startedBy: z
      .string()
      .describe(
        '`startup`, `resume`, `clear`, `compact`, `fork`; `hook` when its start was missed, `found` when no hook told of it.',
      ),
    model: text('The model, when the agent tells it.'),
    transcriptPath: text("The session's own journal, a JSONL file."),
    name: text("The session's title."),
    pid: z.int().optional().describe("The agent's process."),
  }),
  'session.updated': eventData('What is known about a session has changed; only what changed is here.', {
    pid: z.int().optional().describe("The agent's process."),
    procStart: text(
      'When that process began, as its operating system counts; a later process may get the same pid.',
    ),
    version: text("The agent's version."),
    entrypoint: text('How it was started: `cli`, `sdk-cli`, ...'),
    kind: text('`interactive`, ...'),
    name: text("The session's title."),
    model: text('The model it uses.'),
    gitBranch: text('The branch checked out where it works.'),
    transcriptPath: text('Its journal goes on in this file.'),
    summary: text('What it works on, in its own words.'),
    status: text('What the agent says of itself: `busy`, `idle` or `waiting`.'),
    statusAt: z.int().optional().describe('Since when it says so, in milliseconds since 1970.'),
    waitingFor: text('What it waits for, in its own words.'),
  }),
  'session.removed': eventData('A session is over.', {
    reason: word(
      '`clear`, `prompt_input_exit`, `other`, ...; `process_exited` when its process went without a word, `silent` when it has no known process and was not heard of for as long as `silentHours` says (72 by default).',
    ),
  }),
  'session.notification': eventData('The agent wants attention.', {
    message: word('The words shown to the user.'),
    notificationType: word('`permission_prompt`, `idle_prompt`, `elicitation_dialog`, ...'),
    title: text('A heading for the message.'),
  }),
  'prompt.submitted': eventData(
    'A prompt reached the model: typed, or a task notification that wakes the session.',
    {
      prompt: word('The words of the prompt.'),
      queued: z
        .boolean()
        .optional()
        .describe('True when it was typed during a turn and became part of it; told by transcripts only.'),
      origin: PromptOrigin.optional().describe('Who it is from, as far as it shows at once.'),
    },
  ),
  'prompt.updated': eventData('It turned out who a prompt is from.', {
    prompt: word('The words of the prompt.'),
    origin: PromptOrigin.describe('Who it is from.'),
  }),
  'prompt.expanded': eventData('A slash command or MCP prompt was expanded into a prompt.', {
    prompt: word('The command as typed.'),
    expansionType: word('`slash_command` or `mcp_prompt`.'),
    commandName: word('The command without its slash.'),
    commandArgs: text('What follows the command.'),
    commandSource: text('Where the command is defined, such as `projectSettings`.'),
  }),
  'turn.completed': eventData('The agent finished its turn; subagents may still run.', {
    lastMessage: word("The turn's last words; empty when it said nothing."),
    backgroundTasks: z
      .array(z.unknown())
      .optional()
      .describe("What still runs in the background, in the agent's words."),
  }),
  'turn.failed': eventData('The turn ended in an error of the API.', {
    error: word('The kind of error: `server_error`, `billing_error`, ...'),
    errorDetails: text('More about the error.'),
    lastMessage: text('What the user saw.'),
  }),
  'message.displayed': eventData('Words of the agent appeared on the screen.', {
    turnId: word('The turn they belong to.'),
    messageId: word('Stable across the parts of one message.'),
    index: z.int().optional().describe('Number of this part, from 0.'),
    final: z.boolean().optional().describe('True on the last part of the message.'),
    delta: word('The words that are new in this part.'),
  }),
  'message.user': eventData('A user message in the transcript.', {
    text: word('Its text blocks, joined; empty when it has none.'),
    blocks: list(z.unknown(), 'All its content blocks.'),
    messageId: word('Names the message.'),
    end,
  }),
  'message.assistant': eventData('An assistant message in the transcript.', {
    text: word('Its text blocks, joined; empty when it has none.'),
    blocks: list(z.unknown(), 'All its content blocks.'),
    model: word('The model that wrote it.'),
    messageId: word("The API's id of the message; its blocks may come as several events."),
    usage: z
      .object(tokens)
      .optional()
      .describe('What the whole API message used; each event of a message says it again.'),
    end,
  }),
  'elicitation.requested': eventData('An MCP server asks the user something.', {
    serverName: word('The MCP server.'),
    message: word('The question.'),
    mode: word('`form` or `url`.'),
    url: text('Where the user is sent, in mode `url`.'),
    elicitationId: text('Names the question.'),
    requestedSchema: foreign('The JSON Schema of the answer.'),
  }),
  'elicitation.answered': eventData("The user answered an MCP server's question.", {
    serverName: word('The MCP server.'),
    mode: word('`form` or `url`.'),
    elicitationId: text('Names the question.'),
    action: word('`accept`, `decline` or `cancel`.'),
    content: foreign('The answer.'),
  }),
} as const;
