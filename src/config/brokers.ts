// The option of brokers: which are connected to, what goes out to them, and what comes in.
import os from 'node:os';
import { z } from 'zod';
import { compileTopic, Name } from '../protocol/index.ts';
import { patternProblem } from './broker-patterns.ts';
import type { BrokerConfig, BrokerKind } from './config.ts';
import type { Kind } from './option.ts';

/** Scheme of a URL → the kind of broker, which is also what it is called when nothing else is said. */
const KINDS: ReadonlyMap<string, BrokerKind> = new Map([
  ['amqp:', 'amqp'],
  ['amqps:', 'amqp'],
  ['mqtt:', 'mqtt'],
  ['mqtts:', 'mqtt'],
  ['redis:', 'redis'],
  ['rediss:', 'redis'],
  ['nats:', 'nats'],
  ['tls:', 'nats'],
]);

const SCHEMES = [...KINDS.keys()].map(scheme => `${scheme}//`).join(', ');
const LABEL = /^[a-z0-9][a-z0-9-]{0,31}$/;
const label = z.string().regex(LABEL, 'must be 1 to 32 of a-z, 0-9 and "-"');
const file = z.string().regex(/^~?\//, 'must be an absolute path, or one that begins with ~/');

const Broker = z
  .strictObject({
    url: z
      .string()
      .refine(url => kindOf(url) !== undefined, `must be a URL that begins with one of ${SCHEMES}`),
    label: label.optional(),
    node: label.optional(),
    events: z.array(z.string().refine(isTopic, 'must be a topic, such as tool.* or **')).default([]),
    names: z.array(Name).exactOptional(),
    approvals: z.boolean().exactOptional(),
    in: z.array(z.strictObject({ from: z.string(), to: Name })).default([]),
    passwordFile: file.exactOptional(),
    ca: file.exactOptional(),
    cert: file.exactOptional(),
    key: file.exactOptional(),
  })
  .superRefine(({ url, in: inputs }, { addIssue }) => {
    const kind = kindOf(url);
    for (const [n, { from }] of inputs.entries()) {
      const isThere = inputs.findIndex(one => one.from === from) < n;
      const problem = isThere ? 'is there twice' : kind && patternProblem(kind, from);
      if (problem !== undefined) addIssue({ code: 'custom', path: ['in', n, 'from'], message: problem });
    }
  })
  .transform(({ url, label, node = nodeName(), ...rest }): BrokerConfig => {
    const kind = kindOf(url) ?? 'amqp';
    return { ...rest, url, kind, label: label ?? kind, node };
  });

export const brokers: Kind<readonly BrokerConfig[]> = {
  schema: z
    .array(Broker)
    .refine(
      all => new Set(all.map(one => one.label)).size === all.length,
      'two have the same label; give one of them a "label" of its own',
    ),
  allowed:
    'a list such as [{"url": "amqp://box.lan", "events": ["tool.*"], "passwordFile": "~/secrets/amqp"}] (in text: that, or URLs, comma-separated)',
  fromText: text => {
    if (!text.trim().startsWith('[')) return text.split(',').map(url => ({ url: url.trim() }));
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return text;
    }
  },
  hasParts: true,
  isSecret: true,
};

/** Undefined for what is no URL of a broker. */
export function kindOf(url: string): BrokerKind | undefined {
  return URL.canParse(url) ? KINDS.get(new URL(url).protocol) : undefined;
}

function isTopic(topic: string): boolean {
  try {
    compileTopic(topic);
    return true;
  } catch {
    return false;
  }
}

/** What this machine is called at brokers: its own name, as far as that is letters, digits and `-`. */
export function nodeName(): string {
  const name = os
    .hostname()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 32);
  return LABEL.test(name) ? name : 'node';
}
