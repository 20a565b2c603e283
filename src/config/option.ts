// What a configuration option is: how its value is checked, and how text from a flag or an environment variable becomes one.
import { isIP } from 'node:net';
import { z } from 'zod';
import { MessageRule } from '../protocol/index.ts';

/** A kind of value: what is allowed, in words and as a schema, and how text is read. */
export interface Kind<T> {
  readonly schema: z.ZodType<T>;
  /** What a good value looks like, for error messages and docs. */
  readonly allowed: string;
  /** Text as it comes from a flag or the environment; what it cannot read it gives back for the schema to refuse. */
  readonly fromText: (text: string) => unknown;
  /** The value has parts, and the schema has words for what is wrong with one. Default false. */
  readonly hasParts?: true;
  /** The value may hold a password: no error shows it. Default false. */
  readonly isSecret?: true;
}

/** One row of the table of options. */
export interface Option<T> {
  readonly kind: Kind<T>;
  /** The default; a function when it depends on the user's home directory. */
  readonly fallback: T | ((homedir: string) => T);
  /** The default in words, where the value alone does not read well. */
  readonly fallbackText?: string;
  readonly about: string;
  /** Unit of the value, when it has one. */
  readonly unit?: string;
  /** The flag of `hookline start`, as commander spells it. */
  readonly flag?: string;
  /** The environment variable; an empty one counts as unset. */
  readonly env?: string;
  /** False: cannot be set in config.json. Default true. */
  readonly inFile?: boolean;
}

const whole = (text: string): unknown => (/^\d{1,15}$/.test(text.trim()) ? Number(text) : text);

/** A whole number between two bounds, both included. */
export function integer(min: number, max: number = Number.MAX_SAFE_INTEGER): Kind<number> {
  const allowed =
    max === Number.MAX_SAFE_INTEGER ? `a whole number from ${min}` : `a whole number from ${min} to ${max}`;
  return { schema: z.int().min(min).max(max), allowed, fromText: whole };
}

const SWITCH: Readonly<Record<string, boolean>> = {
  true: true,
  '1': true,
  yes: true,
  on: true,
  false: false,
  '0': false,
  no: false,
  off: false,
};

/** On or off. */
export const toggle: Kind<boolean> = {
  schema: z.boolean(),
  allowed: 'true or false',
  fromText: text => SWITCH[text.trim().toLowerCase()] ?? text,
};

/** One of a few words. */
export function oneOf<const T extends string>(words: readonly [T, ...T[]]): Kind<T> {
  return { schema: z.enum(words), allowed: `one of ${words.join(', ')}`, fromText: text => text.trim() };
}

/** A path; it is made absolute later, where `~` is known. */
export const directory: Kind<string> = {
  schema: z.string().min(1),
  allowed: 'the path of a directory',
  fromText: text => text,
};

/** A path that may be left out; made absolute later, too. */
export const filePath: Kind<string | undefined> = {
  schema: z.string().min(1),
  allowed: 'the path of a file',
  fromText: text => text,
};

const HOSTNAME = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/;

/** An address or host name to bind; an IPv6 address may come in brackets. */
export const hostName: Kind<string> = {
  schema: z
    .string()
    .transform(host => host.replace(/^\[(.*)\]$/, '$1'))
    .refine(host => isIP(host) !== 0 || HOSTNAME.test(host)),
  allowed: 'an IP address or a host name, without scheme and port',
  fromText: text => text.trim(),
};

/** A list of `Host` values. */
export const hostList: Kind<readonly string[]> = {
  schema: z.array(z.string().regex(/^[^\s/@]+$/)),
  allowed: 'a list of hosts such as "box.lan:3838" (in text: comma-separated)',
  fromText: commaSeparated,
};

/** Scheme and host of pages. */
export const origin: Kind<string> = {
  schema: z
    .string()
    .refine(text => /^https?:\/\/[^/@?#]+\/?$/i.test(text) && URL.canParse(text))
    .transform(text => new URL(text).origin),
  allowed: 'an address such as https://box.example, without a path',
  fromText: text => text.trim(),
};

/** A list of `Origin` values. */
export const originList: Kind<readonly string[]> = {
  schema: z.array(z.string().regex(/^[a-z][a-z0-9+.-]*:\/\/[^\s/]+$/i)),
  allowed: 'a list of origins such as "https://box.lan" (in text: comma-separated)',
  fromText: commaSeparated,
};

/** A list of rules about messages. */
export const ruleList: Kind<readonly MessageRule[]> = {
  schema: z.array(MessageRule).max(1000),
  allowed: 'a list of rules such as {"from": "ci", "to": "{backend,frontend}", "allow": true}',
  fromText: text => text,
  hasParts: true,
};

function commaSeparated(text: string): string[] {
  return text
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '');
}

/** A list of objects, in JSON where it comes as text. */
export function listOf<T>(item: z.ZodType<T>, allowed: string): Kind<readonly T[]> {
  return {
    schema: z.array(item),
    allowed: `a list of objects such as ${allowed}`,
    fromText: text => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        return text;
      }
    },
  };
}
