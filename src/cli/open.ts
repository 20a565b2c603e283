// `hookline open`: logs the browser in with a ticket that works once.
import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import { z } from 'zod';
import { type Api, connectApi } from './api.ts';
import { configOf, examples } from './command.ts';
import type { Terminal } from './terminal.ts';
import { jsonLine } from './text/plain.ts';

const Ticket = z.object({ ticket: z.string(), expiresInSec: z.number() });

export function addOpen(program: Command, terminal: Terminal): void {
  const command = program
    .command('open')
    .summary('Open the dashboard.')
    .description(
      'Open the dashboard in the browser. The link holds a ticket that works once and for 30 seconds.',
    )
    .option('--read-only', 'Let that browser look, and do nothing else.')
    .option('--print', 'Print the link on stdout and open nothing.')
    .option('--json', 'Print {"url", "expiresInSec"} on stdout and open nothing.')
    .action(async (options: { readOnly?: true; print?: true; json?: true }) => {
      const api = await connectApi(configOf(command, terminal).home);
      const { url, expiresInSec } = await ticketUrl(api, options);
      if (options.json) return terminal.print(jsonLine({ url, expiresInSec }));
      if (options.print) return terminal.print(url);
      const problem = await openBrowser(url);
      if (problem === undefined) terminal.say(`Opened ${api.daemon.info.url} in the browser.`);
      else {
        terminal.say(`hookline: ${problem}; open this link yourself within ${expiresInSec} s:`);
        await terminal.print(url);
        terminal.exitCode = 1;
      }
    });
  examples(command, [
    ['hookline open', 'open the dashboard'],
    ['hookline open --read-only --print', 'print a link for somebody who may look, and do nothing'],
  ]);
}

/** A link that logs a browser in, once. */
export async function ticketUrl(
  api: Api,
  { readOnly = false }: { readonly readOnly?: boolean } = {},
): Promise<{ url: string; expiresInSec: number }> {
  const { ticket, expiresInSec } = await api.post(`/api/ticket${readOnly ? '?readOnly=true' : ''}`, Ticket);
  // In the fragment, which browsers send to nobody.
  return { url: `${new URL('/', api.daemon.info.url)}#ticket=${encodeURIComponent(ticket)}`, expiresInSec };
}

/** Milliseconds after which a launcher that still runs counts as having opened the page. */
const LAUNCH_MS = 3_000;

/** Hands the link to the desktop; says what went wrong, or undefined. */
export function openBrowser(
  url: string,
  platform: NodeJS.Platform = process.platform,
): Promise<string | undefined> {
  const [program, ...args] = launcher(platform);
  return new Promise(resolve => {
    const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true });
    const timer = setTimeout(() => resolve(undefined), LAUNCH_MS);
    const settle = (problem: string | undefined): void => {
      clearTimeout(timer);
      resolve(problem);
    };
    child.once('error', () => settle(`${program} is not there to open a browser`));
    child.once('exit', code => settle(code === 0 ? undefined : `${program} could not open a browser`));
    child.unref();
  });
}

function launcher(platform: NodeJS.Platform): [string, ...string[]] {
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return ['xdg-open'];
}
