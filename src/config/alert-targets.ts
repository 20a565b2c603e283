// The option of whom alerts can be told, and how: targets by name, and those that stand in a rule itself.
import { z } from 'zod';
import type { AlertRule, AlertTarget } from './config.ts';
import type { Kind } from './option.ts';

/** As it is written: names of targets stand where the targets will. */
export type WrittenAlert = Omit<AlertRule, 'to'> & { readonly to: readonly (string | AlertTarget)[] };

/** What needs no place of its own: pages that are open, and browsers that have subscribed. */
const BROWSERS = ['browser', 'push'] as const;

const LABEL = /^[a-z0-9][a-z0-9-]{0,31}$/;
const label = z.string().regex(LABEL, 'must be 1 to 32 of a-z, 0-9 and "-"');
const file = z
  .string()
  .regex(/^~?\/./, 'must be an absolute path, or one that begins with ~/')
  .exactOptional();
const url = z
  .string()
  .refine(
    text => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
    'must be a URL of http or https',
  )
  .refine(
    text => !URL.canParse(text) || new URL(text).password === '',
    'must have no password; put it into a file',
  )
  .exactOptional();

const WAYS = ['webhook', 'ntfy', 'slackFile', 'discordFile'] as const;

const place = z.strictObject({
  webhook: url,
  secretFile: file,
  ntfy: url,
  tokenFile: file,
  slackFile: file,
  discordFile: file,
  label: label.exactOptional(),
});

const Target = place
  .superRefine((given, { addIssue }) => {
    const problem = problemOf(given);
    if (problem !== undefined) addIssue({ code: 'custom', message: problem });
  })
  .transform(({ webhook, secretFile = '', ntfy, tokenFile, slackFile, discordFile, label }): AlertTarget => {
    if (webhook !== undefined)
      return { kind: 'webhook', label: label ?? 'webhook', url: webhook, secretFile };
    if (slackFile !== undefined) return { kind: 'slack', label: label ?? 'slack', urlFile: slackFile };
    if (discordFile !== undefined)
      return { kind: 'discord', label: label ?? 'discord', urlFile: discordFile };
    const token = tokenFile === undefined ? {} : { tokenFile };
    return { kind: 'ntfy', label: label ?? 'ntfy', url: ntfy ?? '', ...token };
  });

function problemOf(given: z.infer<typeof place>): string | undefined {
  if (WAYS.filter(way => way in given).length !== 1)
    return `must have one of ${WAYS.join(', ')}, and only one`;
  if ('webhook' in given !== 'secretFile' in given)
    return 'webhook and secretFile go together: what is posted there is signed';
  if ('tokenFile' in given && !('ntfy' in given)) return 'tokenFile is for ntfy';
  if ('ntfy' in given && (new URL(given.ntfy ?? '').pathname.match(/[^/]+/g) ?? []).length === 0)
    return 'ntfy must be the URL of a topic, such as https://ntfy.sh/my-alerts';
  return undefined;
}

/** Whom a rule tells: by name, or where it stands in the rule. */
export const Whom = z.union(
  [label, Target],
  'must be browser, push, a name of alertTargets, or such as {"ntfy": "https://ntfy.sh/my-alerts"}',
);

/** Targets by name. */
export const alertTargets: Kind<Readonly<Record<string, AlertTarget>>> = {
  schema: z
    .record(label, Target)
    .refine(all => BROWSERS.every(name => !(name in all)), `none can be called ${BROWSERS.join(' or ')}`)
    .transform(all =>
      Object.fromEntries(Object.entries(all).map(([name, target]) => [name, { ...target, label: name }])),
    ) as unknown as z.ZodType<Readonly<Record<string, AlertTarget>>>,
  allowed:
    'an object such as {"phone": {"ntfy": "https://ntfy.sh/my-alerts", "tokenFile": "~/secrets/ntfy"}, "ops": {"webhook": "https://box.lan/in", "secretFile": "~/secrets/ops"}, "team": {"slackFile": "~/secrets/slack"}, "game": {"discordFile": "~/secrets/discord"}}',
  fromText: text => text,
  hasParts: true,
  isSecret: true,
};

/** No target has such a name. */
export class NoTargetError extends Error {
  override readonly name = 'NoTargetError';
}

/**
 * The rules with their targets. One that stands in a rule itself is called by its kind; a second one of that kind has a number.
 *
 * @throws NoTargetError
 */
export function withTargets(
  rules: readonly WrittenAlert[],
  named: Readonly<Record<string, AlertTarget>>,
): AlertRule[] {
  const labels = new Map<string, string>(Object.keys(named).map(name => [name, '']));
  const labelled = (target: AlertTarget): AlertTarget => {
    const same = JSON.stringify(target);
    for (let n = 1; ; n++) {
      const label = n === 1 ? target.label : `${target.label}-${n}`;
      if ((labels.get(label) ?? same) !== same) continue;
      labels.set(label, same);
      return { ...target, label };
    }
  };
  const find = (name: string): AlertTarget => {
    if (name === 'browser' || name === 'push') return { kind: name, label: name };
    const target = Object.hasOwn(named, name) ? named[name] : undefined;
    if (target) return target;
    const known = [...BROWSERS, ...Object.keys(named)].join(', ');
    throw new NoTargetError(`nobody is called ${JSON.stringify(name)} in alertTargets; there are ${known}`);
  };
  return rules.map(rule => ({
    ...rule,
    to: rule.to.map(one => (typeof one === 'string' ? find(one) : labelled(one))),
  }));
}
