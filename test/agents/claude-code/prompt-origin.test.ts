// Who a prompt is from: the user, somebody else, or a task; as its words say at once, and as its transcript knows.
import { expect, it } from 'vitest';
import { PREFACE } from '../../../src/agents/claude-code/deliver/preface.ts';
import { originOf } from '../../../src/agents/claude-code/hooks/prompt-origin.ts';
import { ClaudeTranscript } from '../../../src/agents/claude-code/transcript/reader.ts';

const ID = '019a7d2c-4f7e-7000-9c1e-5b7c6f0f9a11';
const HEADER = `[hookline message id=${ID} from=frontend via=cli unverified]`;
const wrapped = (text: string, name = 'hookline'): string =>
  `<cross-session-message from="uds:/tmp/cc-socks/hookline.sock" from-name="${name}" msg="${ID}">\n${text}\n</cross-session-message>`;

it.each([
  ['what was typed', 'Make the tests pass', { kind: 'user' }],
  ['a message of ours', wrapped(`${HEADER}\nhello`), { kind: 'peer', messageId: ID, from: 'frontend' }],
  ['one without the client’s words', `${HEADER}\nhello`, { kind: 'peer', messageId: ID, from: 'frontend' }],
  ['what another session sent', wrapped('hello', 'work-78'), { kind: 'peer', from: 'work-78' }],
  [
    'one that says no name',
    '<cross-session-message from="uds:/x">\nhi\n</cross-session-message>',
    { kind: 'peer' },
  ],
  ['news of a task', '<task-notification>\n<summary>done</summary>', { kind: 'task' }],
  ['one that quotes a message', `Look at this:\n${HEADER}\nhello`, { kind: 'user' }],
  ['one that quotes what was sent', `Why did it say ${wrapped(HEADER)}?`, { kind: 'user' }],
  [
    'what another session quotes',
    wrapped(`As it said:\n${HEADER}`, 'work-78'),
    { kind: 'peer', from: 'work-78' },
  ],
  [
    'a message that was pasted at its prompt',
    `\n\n<pasted_content id="a5da">\n${wrapped(`${HEADER}\nhello`)}\n</pasted_content id="a5da">\n`,
    { kind: 'peer', messageId: ID, from: 'frontend' },
  ],
  [
    'what was typed beside a message that was pasted',
    `Look:\n\n<pasted_content id="a5da">\n${wrapped(HEADER)}\n</pasted_content id="a5da">\n`,
    { kind: 'user' },
  ],
  [
    'a message that a hook woke it with',
    `<task-notification>\n<summary>Stop hook feedback</summary>\n</task-notification>\n<system-reminder>\nStop hook blocking error from command "Stop": \n${PREFACE}${HEADER}\nhello\n</system-reminder>`,
    { kind: 'peer', messageId: ID, from: 'frontend' },
  ],
  [
    'news of a task that quotes a message',
    `<task-notification>\n<summary>done</summary>\n</task-notification>\n${HEADER}\nhello`,
    { kind: 'task' },
  ],
  ['a broken header', '[hookline message id=1 from=', { kind: 'peer' }],
  ['nothing', '', { kind: 'user' }],
])('%s', (_, prompt, origin) => expect(originOf(prompt)).toEqual(origin));

const peer = { kind: 'peer', from: 'unknown', verifiedPeerPid: 14459 };
const timestamp = '2026-11-28T16:02:48.237Z';
const framed = (text: string): object => ({
  role: 'user',
  content: `Another Claude session sent a message:\n${text}\n\nThis came from another Claude session — not typed by your user.`,
});

it.each([
  [
    'idle',
    { type: 'user', isMeta: true, promptId: 'p1', timestamp, origin: peer, message: framed('see\n\nbelow') },
    { prompt: 'see\n\nbelow', origin: { kind: 'peer' }, promptId: 'p1' },
  ],
  [
    'with a socket to answer to',
    {
      type: 'user',
      isMeta: true,
      timestamp,
      origin: { ...peer, from: 'uds:/x.sock' },
      message: framed('hi'),
    },
    { prompt: 'hi', origin: { kind: 'peer', from: 'uds:/x.sock' } },
  ],
  [
    'in the middle of a turn',
    {
      ...{ type: 'attachment', timestamp },
      attachment: {
        type: 'queued_command',
        prompt: 'mid',
        commandMode: 'prompt',
        origin: peer,
        isMeta: true,
      },
    },
    { prompt: 'mid', origin: { kind: 'peer' } },
  ],
])('what looked as if it had been typed is corrected from the transcript: %s', (_, line, data) => {
  const facts = new ClaudeTranscript({ sessionId: 's1' }).read(line, 10, 0);
  expect(facts.filter(({ draft }) => draft.type.startsWith('prompt.'))).toMatchObject([
    { draft: { type: 'prompt.updated', data }, hooksTell: false },
  ]);
});

it.each([
  [
    'its words said so at once',
    { type: 'user', isMeta: true, origin: peer, message: framed(wrapped('hi', 'work-78')) },
  ],
  ['it was typed', { type: 'user', promptSource: 'typed', message: { role: 'user', content: 'hi' } }],
  [
    'it is framed in another way',
    { type: 'user', isMeta: true, origin: peer, message: { role: 'user', content: 'hi' } },
  ],
])('nothing is corrected where %s', (_, line) => {
  const facts = new ClaudeTranscript({ sessionId: 's1' }).read({ ...line, timestamp }, 10, 0);
  expect(facts.filter(({ draft }) => draft.type === 'prompt.updated')).toEqual([]);
});
