// The door of auth: tokens, scopes, browser tickets and cookies.
export { Access, type Scope } from './access.ts';
export { AnswerLinks, LINK_MS, type Link } from './answer-links.ts';
export { GRANT_TTL_MS, GRANTED_SCOPES, Granted, GrantInfo, NewGrant } from './grant.ts';
export { addGrant, GRANTS_FILE, GrantError, readGrants, removeGrant } from './grant-file.ts';
export { Grants } from './grants.ts';
export { COOKIE_MS, Keyring } from './keyring.ts';
export { type Claim, isProven, newChallenge, PROOF, proofOf } from './proof.ts';
export { TICKET_MS, Tickets } from './tickets.ts';
export { TokenFileError } from './token-file.ts';
export { ensureHome, loadTokens, readToken, rotateTokens, TOKEN_FILES, type Tokens } from './tokens.ts';
