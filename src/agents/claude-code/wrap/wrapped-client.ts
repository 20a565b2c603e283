// The client that runs in a wrapped terminal, by what it says of itself in its register.
import { parentOf } from '../../../process-probe.ts';
import { type Registered, SessionRegistry } from '../watch/session-registry.ts';

export interface ClientState {
  /** The session it has open; undefined when there is no client, or not one. */
  readonly sessionId?: string;
  /** Why nothing may be typed to it now, for people. */
  readonly whyNot?: string;
}

/** How far below the process that was started the client may be: a script, a launcher, a shell. */
const DEPTH_MOST = 6;

export class WrappedClient {
  readonly #configDir: string;
  readonly #pid: number;
  readonly #registry = new SessionRegistry();
  /** Process → how far it is below ours; it stays what it was. */
  readonly #depths = new Map<string, number | undefined>();

  /**
   * @param configDir Claude Code's own folder, such as `~/.claude`
   * @param pid the process that runs in the terminal
   */
  constructor(configDir: string, pid: number) {
    this.#configDir = configDir;
    this.#pid = pid;
  }

  look(): ClientState {
    const register = this.#registry.read([this.#configDir]);
    const found = this.#outermost(register.everyone.filter(({ process }) => process === 'alive'));
    const [client] = found;
    if (client === undefined) return { whyNot: 'no session has registered that runs in this terminal' };
    if (found.length > 1) return { whyNot: `${found.length} sessions run in this terminal` };
    const { sessionId } = client;
    const others = register.openIn(sessionId).filter(({ process }) => process === 'alive').length;
    const whyNot = others > 1 ? `${others} processes have this session open` : whyNotNow(client);
    return { sessionId, ...(whyNot === undefined ? {} : { whyNot }) };
  }

  /** What a client runs below itself, such as `claude -p`, is not what the terminal shows. */
  #outermost(alive: readonly Registered[]): Registered[] {
    const ours = alive
      .filter(
        ({ kind = 'interactive', entrypoint = 'cli' }) => kind === 'interactive' && entrypoint === 'cli',
      )
      .flatMap(one => {
        const depth = this.#depthOf(one);
        return depth === undefined ? [] : { one, depth };
      });
    const least = Math.min(...ours.map(({ depth }) => depth));
    return ours.filter(({ depth }) => depth === least).map(({ one }) => one);
  }

  #depthOf({ pid, procStart }: Registered): number | undefined {
    const key = `${pid} ${procStart}`;
    if (!this.#depths.has(key)) this.#depths.set(key, this.#measure(pid));
    return this.#depths.get(key);
  }

  #measure(pid: number): number | undefined {
    let at: number | undefined = pid;
    for (let depth = 0; at !== undefined && at > 1 && depth <= DEPTH_MOST; depth++) {
      if (at === this.#pid) return depth;
      at = parentOf(at);
    }
    return undefined;
  }
}

function whyNotNow({ status, waitingFor, parkedJobId }: Registered): string | undefined {
  if (parkedJobId !== undefined)
    return 'it went to the background, and its terminal may show another session';
  if (status === 'idle') return undefined;
  if (status === 'waiting')
    return `it waits for its user${waitingFor === undefined ? '' : ` (${waitingFor})`}`;
  return status === 'busy' ? 'it is at work' : 'its client does not say whether it is idle';
}
