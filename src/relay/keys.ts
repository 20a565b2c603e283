// Who may come in at a relay: whoever has its own token, or the daemon's, or everybody of this machine.
import { randomBytes } from 'node:crypto';
import { Keyring, loadTokens, readToken, TokenFileError } from '../auth/index.ts';

/** `open`: everybody; a token of its own; or that of the daemon with this state directory, also after it was replaced. */
export type KeyOptions = { readonly open: true } | { readonly token: string } | { readonly home: string };

export class Keys {
  readonly keyring: Keyring;
  /** Whether a token is needed. */
  readonly auth: boolean;
  readonly #home: string | undefined;

  /** @throws TokenFileError */
  constructor(options: KeyOptions) {
    this.auth = !('open' in options);
    this.#home = 'home' in options ? options.home : undefined;
    const tokens = 'home' in options ? loadTokens(options.home) : only('token' in options && options.token);
    this.keyring = new Keyring(tokens);
  }

  /** Takes over a token that was replaced; whoever came in with the one before hears of it. */
  look(): void {
    if (this.#home === undefined) return;
    try {
      const main = readToken(this.#home);
      if (main !== undefined && main !== this.keyring.tokens.main) this.keyring.replace(only(main));
    } catch (error) {
      // The daemon holds on to the one it has, too.
      if (!(error instanceof TokenFileError)) throw error;
    }
  }
}

/** What nobody has is nobody's. */
const only = (main: string | false): { main: string; hook: string } => {
  const nobodys = randomBytes(32).toString('hex');
  return { main: main || randomBytes(32).toString('hex'), hook: nobodys };
};
