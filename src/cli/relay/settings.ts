// What the environment says of a relay: the variables are those of aio-message-bridge.
import fs from 'node:fs';
import path from 'node:path';
import { isLoopback } from '../../config/index.ts';
import type { KeyOptions } from '../../relay/index.ts';
import { UsageError } from '../failure.ts';

export interface RelaySettings {
  /** What each event's line begins with. Default `MSG::`. */
  readonly prefix: string;
  /** Address to bind. Default `127.0.0.1`. */
  readonly host: string;
  /** Tried one after the other; 0 is one that is free. Default 7820 to 7840. */
  readonly ports: readonly number[];
  readonly keys: KeyOptions;
  /** The file at `/`. Default none. */
  readonly page: string | undefined;
}

const PREFIX = { fallback: 'MSG::', most: 64 };
const PORTS = { first: 7820, last: 7840 };

/**
 * An empty variable is none.
 *
 * @param home the state directory of the daemon, whose token is good for the relay when it has none of its own
 * @throws UsageError
 */
export function relaySettings(
  env: Readonly<Record<string, string | undefined>>,
  { open, home }: { readonly open: boolean; readonly home: string },
): RelaySettings {
  const host = env['BRIDGE_HOST'] || '127.0.0.1';
  const token = env['BRIDGE_TOKEN'] || undefined;
  if (open && token !== undefined)
    throw new UsageError('--open asks for no token, and BRIDGE_TOKEN is one; leave one of them out');
  if (open && !isLoopback(host))
    throw new UsageError(
      `--open is for loopback only, and others can reach ${JSON.stringify(host)} (BRIDGE_HOST); leave it out, and a token is needed`,
    );
  // It goes into a header, and into a URL. What it is must not be told.
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token))
    throw new UsageError('BRIDGE_TOKEN has blanks or signs in it that a header cannot carry');
  const own = token === undefined ? { home } : { token };
  return {
    prefix: prefixOf(env['BRIDGE_PREFIX']),
    host,
    ports: portsOf(env['BRIDGE_PORT']),
    keys: open ? { open } : own,
    page: pageOf(env['BRIDGE_CLIENT']),
  };
}

function prefixOf(text: string | undefined): string {
  const prefix = text || PREFIX.fallback;
  if (!/\p{Cc}|[\u2028\u2029]/u.test(prefix) && prefix.length <= PREFIX.most) return prefix;
  throw new UsageError(
    `BRIDGE_PREFIX is ${JSON.stringify(prefix.slice(0, 80))}, but it must be the beginning of a line, of up to ${PREFIX.most} characters`,
  );
}

function portsOf(text: string | undefined): readonly number[] {
  if (!text) return Array.from({ length: PORTS.last - PORTS.first + 1 }, (_, at) => PORTS.first + at);
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return [port];
  throw new UsageError(
    `BRIDGE_PORT is ${JSON.stringify(text)}, but it must be a port, or 0 for one that is free`,
  );
}

function pageOf(text: string | undefined): string | undefined {
  if (!text) return undefined;
  const file = path.resolve(text);
  if (fs.statSync(file, { throwIfNoEntry: false })?.isFile()) return file;
  throw new UsageError(`BRIDGE_CLIENT is ${JSON.stringify(text)}, but there is no file ${file}`);
}
