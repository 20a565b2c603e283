// What a demo says when it begins: where it is, how to log in, and how to follow it in another terminal.
import { connectApi } from '../api.ts';
import { openBrowser, ticketUrl } from '../open.ts';
import { quoted, selfCommand } from '../self.ts';
import type { Terminal } from '../terminal.ts';
import { jsonLine } from '../text/plain.ts';
import { onEnter } from './keys.ts';

export interface WelcomeOptions {
  /** Open the browser. */
  readonly open: boolean;
  /** Print one JSON object on stdout. */
  readonly json: boolean;
  /** Ends the demo. */
  readonly signal: AbortSignal;
}

/** Asks the running daemon for a link, and says everything there is to know. */
export async function welcome(
  home: string,
  { open, json, signal }: WelcomeOptions,
  terminal: Terminal,
): Promise<void> {
  const { say, errorColors, env } = terminal;
  const { bold, dim } = errorColors;
  const api = await connectApi(home);
  const { url } = api.daemon.info;
  const self = `HOOKLINE_HOME=${quoted(home)} ${selfCommand(env, process.argv[1] ?? '')}`;
  say(`Recorded sessions play in a hookline of its own, at ${bold(url)}`);
  say(`  ${bold(`${self} tail`)}   ${dim('watch events in another terminal')}`);
  say(`  ${bold(`${self} open`)}   ${dim('open the dashboard')}`);
  say(`  ${bold('Ctrl-C')}   ${dim('stop, and remove all of it')}`);

  const first = await ticketUrl(api);
  if (json) await terminal.print(jsonLine({ url, home, login: first.url }));
  const problem = open ? await openBrowser(first.url) : 'not asked to';
  if (problem === undefined) return say('The dashboard is open in the browser.');
  if (open) say(`${problem}.`);
  const again = process.stdin.isTTY ? '; Enter gives another one' : '';
  const link = ({ url: address, expiresInSec }: Awaited<ReturnType<typeof ticketUrl>>): void =>
    say(`\nLog in with this link. It works once, within ${expiresInSec} s${again}:\n${bold(address)}\n`);
  link(first);
  onEnter(process.stdin, signal, () => {
    ticketUrl(api).then(link, (error: unknown) => say(`hookline: ${String(error)}`));
  });
}
