// What a demo says when it begins: where it is, how to log in, and how to follow it in another terminal.
import { connectApi } from '../api.ts';
import { selfCommand } from '../invocation.ts';
import { openBrowser, ticketUrl } from '../open.ts';
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
export async function welcome(home: string, options: WelcomeOptions, terminal: Terminal): Promise<void> {
  const { say, errorColors } = terminal;
  const { bold, dim } = errorColors;
  const api = await connectApi(home);
  const { url } = api.daemon.info;
  const row = (what: string, text: string): void => say(`  ${dim(what.padEnd(11))}${text}`);
  const link = ({ url: address, expiresInSec }: Link): void => {
    row('open it', bold(address));
    const again = process.stdin.isTTY ? '; Enter gives another link' : '';
    row('', dim(`works once, within ${expiresInSec} s${again}`));
  };

  say(`Recorded sessions play in a hookline of their own, at ${bold(url)}`);
  const first = await ticketUrl(api);
  if (options.json) await terminal.print(jsonLine({ url, home, login: first.url }));
  const problem = options.open ? await openBrowser(first.url) : '';
  if (problem) row('', `${problem}; open this link yourself:`);
  if (problem === undefined) row('open it', 'done, look at your browser');
  else link(first);
  row('follow it', bold(`${selfCommand(home)} tail`));
  row('end it', `Ctrl-C ${dim('(nothing of it stays)')}`);
  onEnter(process.stdin, options.signal, () => {
    ticketUrl(api).then(link, (error: unknown) => say(`hookline: ${String(error)}`));
  });
}

type Link = Awaited<ReturnType<typeof ticketUrl>>;
