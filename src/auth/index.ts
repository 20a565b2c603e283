// The door of auth: tokens, scopes, browser tickets and cookies.
export { COOKIE_MS, Keyring, type Scope } from './keyring.ts';
export { type Claim, isProven, newChallenge, PROOF, proofOf } from './proof.ts';
export { TICKET_MS, Tickets } from './tickets.ts';
export {
  ensureHome,
  loadTokens,
  readToken,
  rotateTokens,
  TOKEN_FILES,
  TokenFileError,
  type Tokens,
} from './tokens.ts';
