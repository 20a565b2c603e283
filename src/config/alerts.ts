// The option of alerts: of what somebody is told.
import { z } from 'zod';
import { ALERT_CAUSES, duration, parseDuration } from '../protocol/index.ts';
import { Whom, type WrittenAlert } from './alert-targets.ts';
import type { AlertRule } from './config.ts';
import { type Kind, listOf } from './option.ts';

/** Longest time that a rule may be about, in milliseconds. */
const MOST_MS = 7 * 24 * 3600_000;
/** Longest window of failures, in milliseconds: so long they are remembered. */
const WINDOW_MOST_MS = 24 * 3600_000;

/** How long it has to be so before it is told, in milliseconds, where the rule does not say. */
const FOR_MS = { waiting: 60_000, failed: 0, stuck: 600_000, idle: 600_000 } as const;
const ERRORS = { count: 5, withinMs: 600_000 } as const;

/** A length of time, as milliseconds. */
const lasting = (most: number) =>
  z
    .string('must be a length of time such as "90s", "10m" or "1h30m"')
    .transform((text, { addIssue }) => {
      const ms = parseDuration(text);
      if (ms !== undefined && ms <= most) return ms;
      const message =
        ms === undefined
          ? 'must be a length of time such as "90s", "10m" or "1h30m"'
          : `must be at most ${duration(most)}`;
      addIssue({ code: 'custom', message });
      return z.NEVER;
    })
    .exactOptional();

const Rule = z
  .strictObject({
    when: z.enum(ALERT_CAUSES, `must be one of ${ALERT_CAUSES.join(', ')}`),
    for: lasting(MOST_MS),
    count: z
      .int('must be a whole number')
      .min(1, 'must be at least 1')
      .max(100, 'must be at most 100')
      .exactOptional(),
    within: lasting(WINDOW_MOST_MS),
    project: z
      .string('must be a glob of folders')
      .min(1, 'must be a glob of folders')
      .max(256)
      .exactOptional(),
    to: z.preprocess(
      to => (Array.isArray(to) ? to : [to]),
      z.array(Whom).min(1, 'must name whom to tell').max(20, 'are more than 20 targets'),
    ),
  })
  .superRefine((rule, { addIssue }) => {
    const refuse = (key: 'for' | 'count' | 'within', message: string): void =>
      addIssue({ code: 'custom', path: [key], message });
    const { when } = rule;
    if ('for' in rule && !(when in FOR_MS)) refuse('for', `is for ${Object.keys(FOR_MS).join(', ')}`);
    for (const key of ['count', 'within'] as const)
      if (key in rule && when !== 'errors') refuse(key, 'is for errors');
  })
  .transform(({ when, for: forMs, count, within, to, project }): WrittenAlert => {
    const own = project === undefined ? {} : { project };
    if (when === 'errors')
      return {
        when,
        forMs: 0,
        count: count ?? ERRORS.count,
        withinMs: within ?? ERRORS.withinMs,
        ...own,
        to,
      };
    const fallback = when === 'budget' ? 0 : FOR_MS[when];
    return { when, forMs: forMs ?? fallback, count: 0, withinMs: 0, ...own, to };
  });

const EXAMPLE = '{"when": "waiting", "for": "2m", "project": "**/shop", "to": ["browser", "phone"]}';

/** A list of rules. */
export const alerts: Kind<readonly WrittenAlert[]> = {
  ...listOf<WrittenAlert>(Rule as z.ZodType<WrittenAlert>, EXAMPLE),
  schema: z
    .array(Rule)
    .max(100, 'are more than 100 rules')
    .refine(
      all => new Set(all.map(ruleName)).size === all.length,
      'two rules are the same but for whom they tell; put all of those into one "to"',
    ) as z.ZodType<readonly WrittenAlert[]>,
  hasParts: true,
  // The address of a topic is all that keeps others from reading it.
  isSecret: true,
};

/** What tells a rule from all others: what it is about, its figures and its projects. */
export function ruleName({ when, forMs, count, withinMs, project }: Omit<AlertRule, 'to'>): string {
  const figures =
    when === 'errors' ? [count, spaceless(withinMs)] : when === 'budget' ? [] : [spaceless(forMs)];
  return [when, ...figures, ...(project === undefined ? [] : [project])].join(':');
}

const spaceless = (ms: number): string => duration(ms).replaceAll(' ', '');
