// The one table of options: flags, environment, config.json and the docs are all read from it.
import path from 'node:path';
import { z } from 'zod';
import { LIMITS, type Limits, Name } from '../protocol/index.ts';
import { alertTargets, type WrittenAlert } from './alert-targets.ts';
import { alerts } from './alerts.ts';
import { approvals, WAIT_MS } from './approvals.ts';
import { brokers } from './brokers.ts';
import { budgets } from './budgets.ts';
import { type Config, LOG_FORMATS, LOG_LEVELS } from './config.ts';
import { type Input, inputs } from './inputs.ts';
import { modelPrices } from './model-prices.ts';
import {
  directory,
  filePath,
  hostList,
  hostName,
  integer,
  listOf,
  type Option,
  oneOf,
  origin,
  originList,
  ruleList,
  toggle,
} from './option.ts';

/** As it is written: what is taken in at brokers has not found them yet, nor have alerts their targets. */
type Plain = Omit<Config, 'limits' | 'in' | 'alerts'> & {
  readonly in: readonly Input[];
  readonly alerts: readonly WrittenAlert[];
};

/** Every option but the limits, by its key in `Config` and in config.json. */
export const OPTIONS: { readonly [K in keyof Plain]: Option<Plain[K]> } = {
  home: {
    kind: directory,
    fallback: homedir => path.join(homedir, '.hookline'),
    fallbackText: '~/.hookline',
    about: 'Where hookline keeps its tokens, its log and this configuration.',
    env: 'HOOKLINE_HOME',
    inFile: false,
  },
  claudeDir: {
    kind: directory,
    fallback: homedir => path.join(homedir, '.claude'),
    fallbackText: '~/.claude',
    about: "Claude Code's own directory, where its settings and transcripts are.",
    env: 'CLAUDE_CONFIG_DIR',
  },
  port: {
    kind: integer(0, 65_535),
    fallback: 3838,
    about: 'TCP port to listen on; 0 picks a free one.',
    flag: '--port <number>',
    env: 'HOOKLINE_PORT',
  },
  host: {
    kind: hostName,
    fallback: '127.0.0.1',
    about: 'Address to listen on.',
    flag: '--host <address>',
    env: 'HOOKLINE_HOST',
  },
  hooks: {
    kind: toggle,
    fallback: true,
    about: 'Whether start puts the hooks into settings.json.',
    flag: '--no-hooks',
    env: 'HOOKLINE_HOOKS',
  },
  store: {
    kind: toggle,
    fallback: true,
    about: 'Whether events are kept on disk; without, they live in memory until the daemon stops.',
    flag: '--no-store',
    env: 'HOOKLINE_STORE',
  },
  auth: {
    kind: toggle,
    fallback: true,
    about: 'Whether a token is needed; off is possible on a loopback address only.',
    flag: '--no-auth',
    env: 'HOOKLINE_AUTH',
  },
  logLevel: {
    kind: oneOf(LOG_LEVELS),
    fallback: 'info',
    about: 'How much the daemon tells in its log.',
    flag: '--log-level <level>',
    env: 'HOOKLINE_LOG_LEVEL',
  },
  logFormat: {
    kind: oneOf(LOG_FORMATS),
    fallback: 'text',
    about: 'How: in words, or a JSON object a line.',
    flag: '--log-format <format>',
    env: 'HOOKLINE_LOG_FORMAT',
  },
  logFile: {
    kind: filePath,
    fallback: undefined,
    fallbackText: 'stderr',
    about: 'Where the log goes; the file is readable by you only.',
    flag: '--log-file <path>',
    env: 'HOOKLINE_LOG_FILE',
  },
  logMaxBytes: {
    kind: integer(65_536),
    fallback: 10 * 1024 * 1024,
    fallbackText: '10485760 (10 MiB)',
    about: 'Size at which the log file is put aside as PATH.1, what was there before as PATH.2, and so on.',
    unit: 'bytes',
    flag: '--log-max-bytes <number>',
    env: 'HOOKLINE_LOG_MAX_BYTES',
  },
  logFiles: {
    kind: integer(1, 1000),
    fallback: 5,
    about: 'How many of those are kept.',
    unit: 'files',
    flag: '--log-files <number>',
    env: 'HOOKLINE_LOG_FILES',
  },
  ringEvents: {
    kind: integer(1, 10_000_000),
    fallback: 10_000,
    about: 'How many of the newest events are kept in memory.',
    unit: 'events',
    env: 'HOOKLINE_RING_EVENTS',
  },
  ringBytes: {
    kind: integer(1_048_576),
    fallback: 64 * 1024 * 1024,
    fallbackText: '67108864 (64 MiB)',
    about: 'How much memory those events may take; the oldest go first.',
    unit: 'bytes',
    env: 'HOOKLINE_RING_BYTES',
  },
  retentionDays: {
    kind: integer(1, 36_500),
    fallback: 30,
    about: 'Age after which stored events are deleted.',
    unit: 'days',
    env: 'HOOKLINE_RETENTION_DAYS',
  },
  retentionBytes: {
    kind: integer(1_048_576),
    fallback: 1024 ** 3,
    fallbackText: '1073741824 (1 GiB)',
    about: 'Size the store is kept under; the oldest events go first.',
    unit: 'bytes',
    env: 'HOOKLINE_RETENTION_BYTES',
  },
  historyBytes: {
    kind: integer(1_048_576),
    fallback: 4 * 1024 ** 3,
    fallbackText: '4294967296 (4 GiB)',
    about:
      'Size that sessions from before hookline may take up, beside the store; the oldest of them that do not fit are left.',
    unit: 'bytes',
    env: 'HOOKLINE_HISTORY_BYTES',
  },
  inboxMessages: {
    kind: integer(1, 100_000),
    fallback: 1000,
    about: 'How many messages may wait for one name; more are refused.',
    unit: 'messages',
    env: 'HOOKLINE_INBOX_MESSAGES',
  },
  names: {
    kind: listOf(
      z.strictObject({ project: z.string().min(1), name: Name }),
      '{"project": "**/shop/api", "name": "backend"}',
    ),
    fallback: [],
    fallbackText: 'none',
    about:
      'What sessions are called by the folder they were started in: the first glob that fits counts, and of several sessions the oldest has the name.',
    env: 'HOOKLINE_NAMES',
  },
  in: {
    kind: inputs,
    fallback: [],
    fallbackText: 'none',
    about:
      'Where programs send what becomes messages: lines into FIFOs and Unix sockets, topics, queues and streams of brokers.',
  },
  brokers: {
    kind: brokers,
    fallback: [],
    fallbackText: 'none',
    about:
      'Brokers to reach others by: their events go out to them, and messages both ways. A password is better kept in a file (`passwordFile`) than in a URL.',
    env: 'HOOKLINE_BROKERS',
  },
  prices: {
    kind: modelPrices,
    fallback: [],
    fallbackText: 'none',
    about:
      'What models cost, where it is not what the price list says: US dollars for a million tokens, by which `costEstimateUsd` is reckoned. The first that fits counts; `*` in its `model` is any text.',
    env: 'HOOKLINE_PRICES',
  },
  budgets: {
    kind: budgets,
    fallback: [],
    fallbackText: 'none',
    about:
      'What may be spent for each session, day or window of five hours, in US dollars: the moment it is, `usage.budget_crossed` tells so, once. `project` is a glob of folders, and default are all.',
    env: 'HOOKLINE_BUDGETS',
  },
  alerts: {
    kind: alerts,
    fallback: [],
    fallbackText: 'none',
    about:
      'Of what somebody is told, and where ([alerts](alerts.md)): `when` is waiting, failed, stuck, idle, errors or budget; `for` how long it has to be so; `count` failures `within` a time, for errors; `project` a glob of folders, and default are all.',
    env: 'HOOKLINE_ALERTS',
  },
  alertTargets: {
    kind: alertTargets,
    fallback: {},
    fallbackText: 'none',
    about:
      'Whom alerts can name: a webhook, a topic of ntfy, a channel of Slack or Discord. Secrets are in files.',
  },
  publicUrl: {
    kind: origin,
    fallback: '',
    fallbackText: 'where the daemon listens',
    about:
      'Where the pages are reached from elsewhere, for the links in alerts. List its host under `allowedHosts`, and its origin under `allowedOrigins`.',
    env: 'HOOKLINE_PUBLIC_URL',
  },
  messages: {
    kind: ruleList,
    fallback: [],
    fallbackText: 'none',
    about:
      'Which messages may go. The first rule that fits sender (`from`), way in (`via`) and recipient (`to`) decides; what no rule fits may go. `*` is any text, `{a,b}` a choice, and what a rule leaves out is anything.',
  },
  approvals: {
    kind: approvals,
    fallback: { waitMs: WAIT_MS.fallback, rules: [] },
    fallbackText: '{"waitMs": 60000, "rules": []}',
    about:
      'How requests of sessions are answered from outside: how long one is held at most while somebody is connected who may answer (0: never), and rules that answer by themselves.',
  },
  silentHours: {
    kind: integer(1, 876_000),
    fallback: 72,
    about:
      'Time after which a session that has no known process and was not heard of counts as over; its next prompt brings it back.',
    unit: 'hours',
    env: 'HOOKLINE_SILENT_HOURS',
  },
  allowedHosts: {
    kind: hostList,
    fallback: [],
    fallbackText: 'none',
    about: 'Further values of the Host header that are ours, with their port.',
    env: 'HOOKLINE_ALLOWED_HOSTS',
  },
  allowedOrigins: {
    kind: originList,
    fallback: [],
    fallbackText: 'none',
    about: 'Further web origins that may connect.',
    env: 'HOOKLINE_ALLOWED_ORIGINS',
  },
  redact: {
    kind: toggle,
    fallback: true,
    about: 'Whether secrets in well-known formats are replaced before anything is stored or sent.',
    env: 'HOOKLINE_REDACT',
  },
  trim: {
    kind: toggle,
    fallback: true,
    about: 'Whether very long strings are cut and images dropped before anything is stored or sent.',
    env: 'HOOKLINE_TRIM',
  },
};

const positive = integer(1);

function limit(key: keyof Limits, unit: string | undefined, about: string): Option<number> {
  return { kind: positive, fallback: LIMITS[key], about, ...(unit === undefined ? {} : { unit }) };
}

/** The grammar of topic patterns is what keeps them harmless, so its bounds are not for sale. */
type GrammarLimit =
  | 'patternLength'
  | 'patternSegments'
  | 'patternDoubleStarSegments'
  | 'patternGlobstars'
  | 'patternAlternatives';

/** The limits that can be changed, by their key under `limits` in config.json. */
export const LIMIT_OPTIONS: { readonly [K in Exclude<keyof Limits, GrammarLimit>]: Option<number> } = {
  clientFrameBytes: limit('clientFrameBytes', 'bytes', 'Largest frame a client may send.'),
  hookBodyBytes: limit('hookBodyBytes', 'bytes', 'Largest body of POST /hook.'),
  patternsPerConnection: limit('patternsPerConnection', 'patterns', 'Most patterns a connection may hold.'),
  historyBytes: limit('historyBytes', 'characters', 'Most JSON in one page of history.'),
  connections: limit('connections', 'connections', 'Most connections at a time.'),
  socketBacklogBytes: limit('socketBacklogBytes', 'bytes', 'What may wait in a socket before writing stops.'),
  slowReaderMs: limit('slowReaderMs', 'ms', 'Time without progress before a slow reader is closed.'),
  positionEveryMs: limit('positionEveryMs', 'ms', 'Silence after which a client is told its position.'),
  pingEveryMs: limit('pingEveryMs', 'ms', 'Time between WebSocket pings.'),
  pongTimeoutMs: limit('pongTimeoutMs', 'ms', 'Time to wait for a pong.'),
  rateWindowMs: limit('rateWindowMs', 'ms', 'Window of the message rate limit.'),
  rateMessages: limit('rateMessages', 'messages', 'Messages a client may send in that window.'),
  rateMessagesClose: limit('rateMessagesClose', 'messages', 'Messages in that window that end a connection.'),
  pendingRequests: limit('pendingRequests', 'requests', 'Unread answers that end a connection.'),
};
