// Whose tools these are: the session that runs this process, and the name it goes by.
import type { SessionState } from '../../protocol/index.ts';
import type { Api } from '../api.ts';
import { NameAnswer, NamesAnswer, resourceOf } from '../names/answers.ts';
import { ancestors, sessionAmong } from '../own-session.ts';
import { SessionsAnswer } from '../sessions.ts';

export interface Self {
  /** The session that runs this process; undefined when none does. */
  readonly sessionId: string | undefined;
  /** What the daemon knows of it. */
  readonly session: SessionState | undefined;
  /** The name that was given, by `--name` or the environment. */
  readonly name: string | undefined;
  /** Who its messages are from; undefined when it has neither a name nor a session. */
  readonly from: string | undefined;
  /** Where it works. */
  readonly cwd: string;
  /** All sessions that live. */
  readonly sessions: readonly SessionState[];
}

export interface IdentityOptions {
  readonly name: string | undefined;
  /** Claude Code's own folder, such as `~/.claude`. */
  readonly configDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Tells whoever reads the log of the client. */
  readonly say: (line: string) => void;
}

/** In which session Claude Code started its MCP server (2.1.332). After `/clear`, which the server lives through, it is an old one. */
const SESSION_VARIABLE = 'CLAUDE_CODE_SESSION_ID';

export class Identity {
  readonly #options: IdentityOptions;
  /** This process's parent, its parent, and so on: one of them is the agent. */
  readonly #ancestors = ancestors(process.ppid);
  /** The session that the name was given to, or could not be, last. */
  #bound: string | undefined;

  constructor(options: IdentityOptions) {
    this.#options = options;
  }

  /**
   * Asked again for each call: `/clear`, `/resume` and `/rename` change it.
   *
   * @throws Failure
   */
  async find(api: Api): Promise<Self> {
    const { name } = this.#options;
    const all = await api.get('/api/sessions', SessionsAnswer);
    const sessions = all.sessions.filter(({ state }) => state !== 'offline');
    const sessionId = this.#sessionId();
    const session = sessions.find(one => one.sessionId === sessionId);
    if (name !== undefined && session !== undefined) await this.#bind(api, name, session.sessionId);
    return {
      ...{ sessionId, session, name, sessions },
      from: name ?? (session && (await nameOf(session.sessionId, api))) ?? sessionId,
      cwd: session?.cwd || process.cwd(),
    };
  }

  /** The name that was given to this process is that of its session, unless another one that lives has it. */
  async #bind(api: Api, name: string, sessionId: string): Promise<void> {
    if (this.#bound === sessionId) return;
    try {
      await api.put(resourceOf(name), NameAnswer, { sessionId });
    } catch (error) {
      // Messages are from that name all the same, and what waits for it is its holder's.
      this.#options.say(`--name ${name}: ${(error as Error).message}`);
    }
    this.#bound = sessionId;
  }

  /** The register knows it first, before any hook. */
  #sessionId(): string | undefined {
    const { configDir, env } = this.#options;
    return sessionAmong(this.#ancestors, configDir) ?? env[SESSION_VARIABLE];
  }
}

/** What the session is called, so that an answer that is sent there comes here. */
async function nameOf(sessionId: string, api: Api): Promise<string | undefined> {
  const { names } = await api.get('/api/names', NamesAnswer);
  return names.find(one => one.live && one.sessionId === sessionId)?.name;
}
