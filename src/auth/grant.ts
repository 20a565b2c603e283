// A token that the user made for somebody: what is asked for, and what is kept of it.
import { hash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { AddressPattern, Name } from '../protocol/index.ts';
import type { Scope } from './access.ts';

/** What a token can be made for. Not `control`: whoever has it makes tokens. */
export const GRANTED_SCOPES = ['read', 'send', 'ingest', 'approve'] as const satisfies readonly Scope[];

/** How such a token begins: whoever redacts texts knows one by it. */
const PREFIX = 'hkl_';

/** Shortest and longest life of a token, in milliseconds. */
export const GRANT_TTL_MS = { least: 1000, most: 3650 * 24 * 3600_000 } as const;

const shape = {
  name: Name.describe('What it is called, and revoked by.'),
  scopes: z
    .array(
      z.enum(GRANTED_SCOPES, `must be of ${GRANTED_SCOPES.join(', ')}; control is the main token's alone`),
    )
    .min(1, 'is empty'),
  to: z.array(AddressPattern).min(1).max(32).optional(),
  from: Name.optional(),
};

/** What is asked for. `to` and `from` are about what is sent, and would promise something where nothing is. */
export const NewGrant = z
  .strictObject({
    ...shape,
    ttlMs: z.int().min(GRANT_TTL_MS.least).max(GRANT_TTL_MS.most).optional(),
  })
  .refine(
    ({ scopes, to, from }) => scopes.includes('send') || (to ?? from) === undefined,
    '`to` and `from` narrow what is sent, and need the scope send',
  );
export type NewGrant = z.infer<typeof NewGrant>;

/** What is kept: of the token itself only its digest. */
export const Grant = z.strictObject({
  ...shape,
  /** Milliseconds since 1970. */
  createdAt: z.int(),
  /** Milliseconds since 1970. Default: never. */
  expiresAt: z.int().optional(),
  /** SHA-256 in hex. */
  digest: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits'),
});
export type Grant = z.infer<typeof Grant>;

/** What everybody who may list tokens is told of one. */
export const GrantInfo = z.object({
  ...shape,
  createdAt: z.int(),
  expiresAt: z.int().optional(),
  /** When it was used last since the daemon started, in milliseconds since 1970. */
  lastUsedAt: z.number().optional(),
});
export type GrantInfo = z.infer<typeof GrantInfo>;

/** What is told once, to whoever made it. */
export const Granted = GrantInfo.extend({ token: z.string() });
export type Granted = z.infer<typeof Granted>;

/** Whether a token is one of these, going by its form. */
export const isGrantForm = (token: string): boolean => token.startsWith(PREFIX);

export const digestOf = (token: string): string => hash('sha256', token, 'hex');

/** @param now milliseconds since 1970 */
export function makeGrant({ ttlMs, ...asked }: NewGrant, now: number): { grant: Grant; token: string } {
  const token = PREFIX + randomBytes(32).toString('hex');
  const expires = ttlMs === undefined ? {} : { expiresAt: now + ttlMs };
  const scopes = [...new Set(asked.scopes)];
  return { token, grant: { ...asked, scopes, createdAt: now, ...expires, digest: digestOf(token) } };
}

export const infoOf = ({ digest: _, ...info }: Grant): GrantInfo => info;

export const isExpired = ({ expiresAt }: Grant, now: number): boolean =>
  expiresAt !== undefined && expiresAt <= now;
