// The one validated object a daemon is started with.
import type { AlertCause, Limits, MessageRule, Priority } from '../protocol/index.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const LOG_FORMATS = ['text', 'json'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** What sessions are called that were started in a folder. */
export interface NameRule {
  /** A glob of folders; one without a slash means the folder's own name. */
  readonly project: string;
  readonly name: string;
}
/** What a model costs, in US dollars for a million tokens. */
export interface ModelPrice {
  /** What the model is called; `*` is any text. */
  readonly model: string;
  readonly input: number;
  readonly output: number;
  /** Default: as `input`. */
  readonly cacheRead?: number;
  /** Default: as `input`. */
  readonly cacheCreation?: number;
  /** What is kept for an hour. Default: as `cacheCreation`. */
  readonly cacheCreation1h?: number;
  /** For a thousand searches of the web. Default 0. */
  readonly webSearches?: number;
  /** Tokens that fit into its context. Default: as the list has it. */
  readonly contextWindow?: number;
}

/** What may be spent, before it is told that it was. */
export interface BudgetConfig {
  /** A glob of folders; one without a slash means the folder's own name. Default: all. */
  readonly project?: string;
  /** For each session, each day, or each window of five hours. */
  readonly per: 'session' | 'day' | '5h';
  /** US dollars. */
  readonly usd: number;
}

/** Who is told of alerts, and how. */
export type AlertTarget = {
  /** What it is called. */
  readonly label: string;
} & (
  | {
      /** Pages that are open; browsers that have subscribed. */
      readonly kind: 'browser' | 'push';
    }
  | {
      readonly kind: 'webhook';
      readonly url: string;
      /** File with the secrets that sign what is posted, one a line. */
      readonly secretFile: string;
    }
  | {
      readonly kind: 'ntfy';
      /** Of a topic. Who knows it may read it, unless its server asks for a token: it is never shown whole. */
      readonly url: string;
      /** File with the token of that server. Default: it asks for none. */
      readonly tokenFile?: string;
    }
  | {
      readonly kind: 'slack' | 'discord';
      /** File with the URL, which is the secret. */
      readonly urlFile: string;
    }
);

/** Of what somebody is told. */
export interface AlertRule {
  readonly when: AlertCause;
  /** How long it has to be so, in milliseconds. */
  readonly forMs: number;
  /** Of `errors`: so many failures ... */
  readonly count: number;
  /** ... in so many milliseconds. */
  readonly withinMs: number;
  /** A glob of folders; one without a slash means the folder's own name. Default: all. */
  readonly project?: string;
  readonly to: readonly AlertTarget[];
}

/** What there is to say of messages whose senders need not know of hookline. */
export interface InputRule {
  /** Who sends them, where they do not say. Default: the way they come, such as `fifo`. */
  readonly from?: string;
  readonly priority?: Priority;
  /** How long they may wait, in milliseconds. Default: a day. */
  readonly ttlMs?: number;
  /** What they say of what is JSON and no message. Default: the JSON. */
  readonly template?: string;
}
/** A file of this machine into which programs write lines, each of them a message: a FIFO, or a Unix socket. */
export type LineInput = ({ readonly fifo: string } | { readonly unix: string }) &
  InputRule & {
    /** Whom its messages are for, where a line does not say. */
    readonly to: string;
  };

export type BrokerKind = 'amqp' | 'mqtt' | 'redis' | 'nats';

/** What is taken in at a broker besides messages for names. */
export interface BrokerInput {
  /** The topic, subject, queue or stream there; topics and subjects may be patterns. */
  readonly from: string;
  /** Whom it is for. */
  readonly to: string;
  /** How it is read. Absent: as text, whatever it is. */
  readonly rule?: InputRule;
}

/** A broker that this hookline speaks to. */
export interface BrokerConfig {
  /** May hold a user name and a password: it is never shown whole. */
  readonly url: string;
  readonly kind: BrokerKind;
  /** What stands after the `@` of addresses there. Default: its kind. */
  readonly label: string;
  /** What this machine is called there. Default: the host's name. */
  readonly node: string;
  /** Topics of the events that go out. Default none. */
  readonly events: readonly string[];
  /** Names whose messages are fetched there. Default: every name that is known here. */
  readonly names?: readonly string[];
  /** Whether hubs there may answer what sessions here ask their users. Default false. */
  readonly approvals?: boolean;
  /** What else is taken in. Default none. */
  readonly in: readonly BrokerInput[];
  /** File with the password, in place of one in the URL. */
  readonly passwordFile?: string;
  /** PEM files: whom to trust besides, and who this is. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** How requests that a session puts to its user are answered from outside. */
export interface ApprovalsConfig {
  /** How long a hook is held at most, in milliseconds; 0: never. Default a minute. */
  readonly waitMs: number;
  /** Rules, as they are written: one that is wrong allows nothing, and keeps no daemon from starting. Default none. */
  readonly rules: unknown;
}

export interface Config {
  /** State directory, absolute. Default `~/.hookline`. */
  readonly home: string;
  /** Claude Code's directory, absolute. Default `~/.claude`. */
  readonly claudeDir: string;
  /** Address to bind. Default `127.0.0.1`. */
  readonly host: string;
  /** TCP port; 0 picks a free one. Default 3838. */
  readonly port: number;
  /** False: keep events in memory only. Default true. */
  readonly store: boolean;
  /** False: no token needed (loopback hosts only). Default true. */
  readonly auth: boolean;
  /** False: `start` leaves settings.json alone. Default true. */
  readonly hooks: boolean;
  /** Default `info`. */
  readonly logLevel: LogLevel;
  /** Default `text`. */
  readonly logFormat: LogFormat;
  /** Absolute. Default undefined: stderr. */
  readonly logFile: string | undefined;
  /** Bytes of the log file, before it is put aside. Default 10 MiB. */
  readonly logMaxBytes: number;
  /** Full log files that are kept. Default 5. */
  readonly logFiles: number;
  /** Events the ring buffer holds. Default 10,000. */
  readonly ringEvents: number;
  /** Bytes the ring buffer holds at most; the oldest go first. Default 64 MiB. */
  readonly ringBytes: number;
  /** Age in days after which stored events are deleted. Default 30. */
  readonly retentionDays: number;
  /** Size in bytes the store is kept under. Default 1 GiB. */
  readonly retentionBytes: number;
  /** Size in bytes up to which sessions from before hookline are taken in. Default 4 GiB. */
  readonly historyBytes: number;
  /** Messages that may wait for one name. Default 1,000. */
  readonly inboxMessages: number;
  /** Names of sessions by where they were started; the first rule that fits counts. Default none. */
  readonly names: readonly NameRule[];
  /** FIFOs and Unix sockets, by their absolute paths. Default none. */
  readonly in: readonly LineInput[];
  /** Brokers that are connected to. Default none. */
  readonly brokers: readonly BrokerConfig[];
  /** Prices of models, above those of the list; the first that fits counts. Default none. */
  readonly prices: readonly ModelPrice[];
  /** What may be spent before it is told. Default none. */
  readonly budgets: readonly BudgetConfig[];
  /** Of what somebody is told. Default none. */
  readonly alerts: readonly AlertRule[];
  /** Whom rules of alerts can name. Default none. */
  readonly alertTargets: Readonly<Record<string, AlertTarget>>;
  /** Where the pages are reached from elsewhere, such as `https://box.example`, for links. Default: where the daemon listens. */
  readonly publicUrl: string;
  /** Which messages may go; the first rule that fits decides. Default none, so that all may. */
  readonly messages: readonly MessageRule[];
  /** Answers from outside to what sessions ask. */
  readonly approvals: ApprovalsConfig;
  /** Hours after which a session without a known process that was not heard of counts as over. Default 72. */
  readonly silentHours: number;
  /** Further values of `Host` (with port) that are ours. Default none. */
  readonly allowedHosts: readonly string[];
  /** Further values of `Origin` that may connect. Default none. */
  readonly allowedOrigins: readonly string[];
  /** Replace secrets in well-known formats. Default true. */
  readonly redact: boolean;
  /** Trim long strings, drop `originalFile` and base64 images. Default true. */
  readonly trim: boolean;
  readonly limits: Limits;
}
