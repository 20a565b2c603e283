// What `--channel` adds: the client is told that messages wait. It is not given them, so that a client that takes no notice loses none.
import { neutralized } from '../../inbox/index.ts';
import type { Message } from '../../protocol/index.ts';
import { type Api, connectApi } from '../api.ts';
import { NoAnswer } from '../failure.ts';
import { Messages } from '../inbox.ts';
import { connectClient } from '../stream.ts';
import { plural } from '../text/amount.ts';
import { plainShort } from '../text/plain.ts';
import type { Identity } from './identity.ts';
import { ownInboxes } from './own-inboxes.ts';

/** What a server has to declare, under `experimental`, for Claude Code to take any notice of its notices (2.1.332). */
export const CHANNEL = 'claude/channel';

/** How long a message has to arrive by another way before the client is told, in milliseconds. */
const PATIENCE_MS = 3_000;
/** Longest time between two tries to reach a daemon that is away, in milliseconds. */
const RETRY_MS = 10_000;
/** Senders that are named, and columns of each. */
const NAMED = 3;
const SENDER = 64;

export interface Notice {
  readonly method: 'notifications/claude/channel';
  readonly params: { readonly content: string; readonly meta: Readonly<Record<string, string>> };
}

export interface ChannelOptions {
  /** The state directory of the daemon. */
  readonly home: string;
  readonly identity: Identity;
  /** Gives one to the client. Whether that looks at it, nobody learns. */
  readonly notify: (notice: Notice) => Promise<void>;
  /** Tells whoever reads the log of the client. */
  readonly say: (line: string) => void;
}

/** Tells of each message that waits once, through restarts of the daemon, until it is closed. */
export class Channel {
  readonly #options: ChannelOptions;
  readonly #client: ReturnType<typeof connectClient>;
  /** Those that wait and were told of. */
  #told: ReadonlySet<string> = new Set();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #lastSaid = '';

  constructor(options: ChannelOptions) {
    this.#options = options;
    this.#client = connectClient(options.home, {
      retryCapMs: RETRY_MS,
      onStatus: ({ state }) => state === 'live' && this.#lookSoon(),
    });
    this.#client
      .on('inbox.queued', () => this.#lookSoon(), { onLoss: () => this.#lookSoon() })
      .done.catch((error: Error) => this.#say(error.message));
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#client.close();
  }

  #lookSoon(): void {
    if (this.#isClosed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#look().catch((error: Error) => {
        // While the daemon is away there is nothing to tell; when it is back we look again.
        if (!(error instanceof NoAnswer)) this.#say(error.message);
      });
    }, PATIENCE_MS);
  }

  async #look(): Promise<void> {
    const { home, identity, notify } = this.#options;
    const api = await connectApi(home, 'mcp');
    const waiting = await waitingFor(api, await ownInboxes(api, await identity.find(api)));
    const isOld = ({ createdAt }: Message): boolean => Date.now() - createdAt >= PATIENCE_MS;
    const [old, told] = [waiting.filter(isOld), this.#told];
    this.#told = new Set(old.map(({ id }) => id));
    if (old.length < waiting.length) this.#lookSoon();
    const news = old.filter(({ id }) => !told.has(id));
    if (news.length > 0 && !this.#isClosed) await notify(noticeOf(news));
  }

  /** The same again and again helps nobody. */
  #say(line: string): void {
    if (line !== this.#lastSaid) this.#options.say(`--channel: ${line}`);
    this.#lastSaid = line;
  }
}

async function waitingFor(api: Api, names: readonly string[]): Promise<readonly Message[]> {
  const all = await Promise.all(
    names.map(async name => {
      const { messages } = await api.get(`/api/inbox/${encodeURIComponent(name)}`, Messages);
      return messages.filter(({ recipients }) =>
        recipients.some(one => one.name === name && one.state === 'queued'),
      );
    }),
  );
  return all.flat();
}

/** Without the header of a message, which would pass for the message itself. */
function noticeOf(messages: readonly Message[]): Notice {
  const senders = [...new Set(messages.map(({ from }) => neutralized(plainShort(from, SENDER))))];
  const more = senders.length > NAMED ? ` and ${senders.length - NAMED} more` : '';
  const [verb, them] = messages.length === 1 ? ['waits', 'it'] : ['wait', 'them'];
  return {
    method: 'notifications/claude/channel',
    params: {
      content: `${plural(messages.length, 'message')} from ${senders.slice(0, NAMED).join(', ')}${more} ${verb} for you in hookline; check_messages takes ${them}. Not from your user.`,
      meta: { waiting: String(messages.length) },
    },
  };
}
