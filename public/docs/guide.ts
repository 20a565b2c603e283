// The guide for client authors: the protocol by example, with a reconnect from the first frame to the last.
import type { ClientMessage, ServerMessage } from '../../src/protocol/index.ts';
import { type Child, el } from '../design/dom.ts';
import { tinted } from '../inspector/json.ts';
import { codeBlock, codeRow, type Entry, heading, type Section, table } from './parts.ts';
import { inline, prose } from './prose.ts';
import { ANOTHER_EPOCH, RECONNECT, type Step } from './transcript.ts';

const library = (host: string): string => `import { connect } from 'hookline/client';

const client = connect({ url: 'ws://${host}/ws', token });
for await (const event of client.events('tool.*')) {
  console.log(event.seq, event.data.toolName);
}`;

const RULES: readonly (readonly [string, string])[] = [
  [
    'Keep `{epoch, seq}`',
    'after you have done your work with an event, not before. Then a crash repeats an event rather than losing it.',
  ],
  [
    'Take the `seq`',
    'from whatever message carried one last: `events.to`, a single event, `position`, `subscribed`. It never runs ahead of what you were sent. The only exception is `snapshot`.',
  ],
  [
    'Check `prev`',
    'of every `events`: when it is not your position, something is missing. Close, and resume from the position you have.',
  ],
  [
    'Expect `gap`',
    'at any time: `{from, to, reason}` names exactly what retention took away before you got to it.',
  ],
  ['Die in the middle of a `replay`?', 'Go on from the last event you got, not from the snapshot’s `seq`.'],
  [
    'Wait before you try again',
    'longer each time, with some chance in it: half a second, one, two, up to ten. A daemon that restarts has all its clients at the door.',
  ],
  [
    'Silence is news',
    'Something comes at least every 15 seconds, if only a `position`. After 40 seconds of nothing the connection is dead: close it yourself.',
  ],
];

const CLOSES: readonly (readonly [number, string])[] = [
  [1001, 'The daemon goes away. Come back.'],
  [1006, 'It went without a word. Come back.'],
  [4401, 'The token is no longer valid. Ask for another one; trying again is of no use.'],
  [4408, 'You did not read for 30 seconds. Come back, and resume.'],
  [4429, 'Too many messages. Something in your client runs in a circle.'],
];

/** The section; `host` is the daemon's, as the browser knows it. */
export function guide(host: string): Section {
  const part = (id: string, title: string, ...children: Child[]): Entry => ({
    id,
    title,
    node: el('article.entry', { 'aria-labelledby': id }, heading(3, id, title), children),
  });
  const entries = [
    part(
      'guide-library',
      'You may not need to know this',
      prose(
        '`hookline/client` does all of what follows, in browsers, Node, Bun and Deno, without a dependency: it resumes, checks, waits, and says when something was lost. The rest of this guide is for other languages, and for the curious.',
      ),
      codeBlock(library(host), 'JavaScript'),
    ),
    part(
      'guide-reconnect',
      'A connection, its end, and the next one',
      prose(
        'One conversation with a daemon that is killed in the middle of it. This is what goes over the wire, whole.',
      ),
      transcript(RECONNECT, 'A reconnect'),
    ),
    part(
      'guide-epoch',
      'When your position means nothing any more',
      prose(
        'A `seq` counts within one `epoch`. The epoch changes exactly when a number could come to mean two things: the log was restored from a copy, or lost, or the disk failed and the daemon goes on in memory. That is rare, and never silent.',
      ),
      transcript(ANOTHER_EPOCH, 'Another epoch'),
    ),
    part(
      'guide-rules',
      'Rules that keep you whole',
      el(
        'dl.rules',
        {},
        RULES.map(([rule, words]) => el('div', {}, el('dt', {}, inline(rule)), el('dd', {}, inline(words)))),
      ),
      table(
        ['Closed with', 'What to do'],
        CLOSES.map(([code, words]) => codeRow(code, words)),
        'codes',
      ),
    ),
  ];
  const node = el(
    'section',
    { 'aria-labelledby': 'guide' },
    heading(2, 'guide', 'The protocol by example'),
    el('p', {}, 'For authors of clients: what is said, by whom, and what to make of it.'),
    entries.map(entry => entry.node),
  );
  return { id: 'guide', title: 'Guide', node, entries };
}

function transcript(steps: readonly Step[], label: string): HTMLElement {
  return el('ol.transcript.list', { 'aria-label': label }, steps.map(step));
}

function step({ note, client, daemon, connect, lost, happens }: Step): HTMLElement {
  const words = note === undefined ? undefined : el('p.beside', {}, inline(note));
  if (happens !== undefined) return el('li.happens', {}, el('p', {}, inline(happens)));
  if (connect) return el('li.wire', {}, el('p', {}, 'You connect.'));
  if (lost !== undefined)
    return el('li.wire', { 'data-tone': 'bad' }, el('p', {}, `The connection is lost (${lost}).`));
  const who = client === undefined ? 'Daemon' : 'You';
  const message: ClientMessage | ServerMessage | undefined = client ?? daemon;
  return el(
    'li',
    { 'data-who': who.toLowerCase() },
    el(
      'div.frame',
      {},
      el('span.who', {}, who),
      el('pre', { tabindex: 0 }, el('code', {}, tinted(compact(message, 0)))),
    ),
    words,
  );
}

/** Widest line of a message, in characters. */
const WIDE = 76;

/** JSON in as few lines as can be read: what is short shares a line. */
function compact(value: unknown, depth: number): string {
  const flat = inOneLine(value);
  if (typeof value !== 'object' || value === null || flat.length + depth * 2 <= WIDE) return flat;
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const parts = Array.isArray(value)
    ? value.map(one => compact(one, depth + 1))
    : Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${compact(one, depth + 1)}`);
  const pad = '  '.repeat(depth + 1);
  const lines = [''];
  parts.forEach((part, index) => {
    const text = index < parts.length - 1 ? `${part},` : part;
    const last = lines.at(-1) ?? '';
    const fits = pad.length + last.length + 1 + text.length <= WIDE && !(last + text).includes('\n');
    if (last !== '' && !fits) lines.push(text);
    else lines[lines.length - 1] = last === '' ? text : `${last} ${text}`;
  });
  return `${open}\n${lines.map(line => pad + line).join('\n')}\n${'  '.repeat(depth)}${close}`;
}

const inOneLine = (value: unknown): string =>
  JSON.stringify(value).replaceAll('":', '": ').replaceAll(',"', ', "').replaceAll(',{', ', {');
