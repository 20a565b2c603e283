// `hookline in list`: which webhooks there are, without their secrets, and what the configuration takes in: lines of files, and what comes at brokers.
import type { Command } from 'commander';
import type { BrokerConfig, BrokerKind, InputRule } from '../../config/index.ts';
import { type Webhook, WebhookFileError, Webhooks } from '../../intake/index.ts';
import type { Priority } from '../../protocol/index.ts';
import { configOf, examples } from '../command.ts';
import { Failure } from '../failure.ts';
import { selfCommand } from '../invocation.ts';
import type { Terminal } from '../terminal.ts';
import { jsonLine, plain } from '../text/plain.ts';
import { type Cell, table } from '../text/table.ts';
import { duration } from '../text/time.ts';
import { cutTo } from '../text/width.ts';
import { baseUrl, urlOfWebhook } from './address.ts';

export function addList(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('list')
    .summary('List the ways in.')
    .description(
      'List the ways in: whom their messages are for, and where they are, webhooks first, then what the configuration takes in: FIFOs, sockets, and what is read at brokers. No secret is shown.',
    )
    .option('--json', 'Print {"webhooks": [...], "files": [...], "brokers": [...]} on stdout.')
    .action(async ({ json }: { json?: true }) => {
      const config = configOf(command, terminal);
      const webhooks = await all(config.home);
      const { url } = await baseUrl(config);
      const known = webhooks.map(({ secret: _, ...rest }) => ({
        ...rest,
        url: urlOfWebhook(url, rest.name),
      }));
      const read = config.brokers.flatMap(placesOf);
      if (json) return terminal.print(jsonLine({ webhooks: known, files: config.in, brokers: read }));
      const rows = [
        ...known.map(one => rowOf(one.name, one.url, one)),
        ...config.in.map(one =>
          'fifo' in one ? rowOf('fifo', one.fifo, one) : rowOf('unix', one.unix, one),
        ),
        ...read.map(({ kind, place, ...one }) => rowOf(kind, place, one)),
      ];
      if (rows.length === 0)
        return terminal.say(`There is no webhook; add one with: ${selfCommand()} in add NAME --to ADDRESS`);
      for (const line of table(rows)) {
        const { columns } = terminal;
        await terminal.print(columns === undefined ? line : cutTo(line, columns));
      }
    });
  examples(command, [
    ['hookline in list', 'a line each'],
    ['hookline in list --json', 'the same for scripts'],
  ]);
}

interface Place extends InputRule {
  readonly kind: BrokerKind;
  /** `TOPIC@LABEL`: what is read, and where. */
  readonly place: string;
  readonly to: string;
}

const placesOf = ({ kind, label, in: inputs }: BrokerConfig): Place[] =>
  inputs.map(({ from, to, rule }) => ({ ...rule, kind, place: `${from}@${label}`, to }));

interface About {
  readonly to: string;
  readonly priority?: Priority | undefined;
  readonly ttlMs?: number | undefined;
  readonly template?: string | undefined;
}

function rowOf(name: string, place: string, { to, priority, ttlMs, template }: About): Cell[] {
  const ttl = ttlMs === undefined ? undefined : `for ${duration(ttlMs)}`;
  const besides = [priority, ttl, template].filter(Boolean).join(', ');
  return [name, `to ${to}`, place, besides].map(text => ({ text: plain(text) }));
}

async function all(home: string): Promise<Webhook[]> {
  try {
    return await new Webhooks(home).list();
  } catch (error) {
    if (error instanceof WebhookFileError) throw new Failure(error.message, { cause: error });
    throw error;
  }
}
