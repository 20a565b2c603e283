// "Connect": where the daemon is, how one gets in, and a first client.
import { command } from '../design/command.ts';
import { type Child, el } from '../design/dom.ts';
import type { ProtocolDocument } from './document.ts';
import { codeBlock, codeRow, type Entry, heading, type Section, table } from './parts.ts';

const browser = (host: string): string =>
  `const socket = new WebSocket('ws://${host}/ws', ['hookline.v1', \`bearer.\${token}\`]);

socket.onmessage = ({ data }) => {
  const message = JSON.parse(data);
  if (message.type === 'snapshot') {
    console.log(message.sessions.length, 'sessions');
    socket.send(JSON.stringify({ type: 'subscribe', topics: ['tool.*'] }));
  } else if (message.type === 'tool.use') {
    console.log(message.seq, message.data.toolName);
  }
};`;

const terminal = (host: string): string => `curl -N -H "Authorization: Bearer $(${command('token')})" \\
  'http://${host}/events?topics=tool.*'`;

/** The section; `host` is the daemon's, as the browser knows it. */
export function connecting({ components }: ProtocolDocument, host: string): Section {
  const ways = Object.entries(components.securitySchemes).map(([name, { description }]) =>
    codeRow(name, description),
  );
  const part = (id: string, title: string, ...children: Child[]): Entry => ({
    id,
    title,
    node: el('article.entry', { 'aria-labelledby': id }, heading(3, id, title), children),
  });
  const entries = [
    part('connect-token', 'Bring the token', table(['Way', 'How'], ways, 'codes')),
    part(
      'connect-first',
      'A first client',
      el('p', {}, 'The first frame is a snapshot: the state of all sessions. Subscribe, and events follow.'),
      codeBlock(browser(host), 'JavaScript'),
      codeBlock(terminal(host), 'Shell'),
    ),
  ];
  const node = el(
    'section',
    { 'aria-labelledby': 'connect' },
    heading(2, 'connect', 'Connect'),
    el('p', {}, 'The WebSocket of this daemon is at ', el('code', {}, `ws://${host}/ws`), '.'),
    entries.map(entry => entry.node),
  );
  return { id: 'connect', title: 'Connect', node, entries };
}
