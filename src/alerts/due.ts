// What is due by the rules: a pure function of what the state knows, and of the time.
import type { AlertRule } from '../config/config.ts';
import { ruleName } from '../config/index.ts';
import { folderFilter } from '../inbox/index.ts';
import type { AlertText } from '../protocol/index.ts';
import type { Crossing, WatchedSession } from '../state/index.ts';
import {
  budgetWords,
  errorsWords,
  failedWords,
  idleWords,
  stuckWords,
  type Words,
  waitingWords,
} from './words.ts';

/** A rule, ready to be looked at again and again. */
export interface ReadyRule extends AlertRule {
  /** Tells it from all others. */
  readonly name: string;
  readonly fits: (project: string) => boolean;
}

/** What the state knows. */
export interface World {
  readonly sessions: readonly WatchedSession[];
  readonly crossings: readonly Crossing[];
  /** What a session is called. */
  readonly nameOf: (session: WatchedSession) => string;
}

/** Something that a rule says somebody is to be told. */
export interface Due {
  readonly rule: ReadyRule;
  /** Empty for a budget of none. */
  readonly sessionId: string;
  /** What it is because of: the same for every rule that is about it, as long as it lasts. */
  readonly cause: string;
  /** Since when somebody is to be told, in milliseconds since 1970. */
  readonly dueAt: number;
  /** What is told. Most of what is due was told already. */
  readonly told: () => Omit<AlertText, 'alertId'>;
}

/** What a rule is about, in a session or in none. */
interface Matter {
  /** Tells it from all others of its kind in the session; the same as long as it lasts. */
  readonly key: string;
  readonly since: number;
  readonly dueAt: number;
  readonly words: (name: string) => Words;
}

export const readyRule = (rule: AlertRule): ReadyRule => ({
  ...rule,
  name: ruleName(rule),
  fits: folderFilter(rule.project),
});

/** All that is due now, however long it has been. */
export function dueNow(rules: readonly ReadyRule[], world: World, now: number): Due[] {
  return rules.flatMap(rule =>
    rule.when === 'budget' ? budgets(rule, world, now) : sessions(rule, world, now),
  );
}

function sessions(rule: ReadyRule, { sessions, nameOf }: World, now: number): Due[] {
  return sessions.flatMap(session => {
    const matter = rule.fits(session.about.project) ? MATTERS[rule.when]?.(session, rule, now) : undefined;
    if (matter === undefined) return [];
    const { sessionId, project } = session.about;
    const said = (): Said => {
      const name = nameOf(session);
      return { ...matter.words(name), session: name, ...(project === '' ? {} : { project }) };
    };
    return [dueOf(rule, sessionId, matter, said)];
  });
}

type FindMatter = (session: WatchedSession, rule: ReadyRule, now: number) => Matter | undefined;

const MATTERS: Readonly<Partial<Record<AlertRule['when'], FindMatter>>> = {
  /** The oldest of what it asks: a session with five subagents that ask is one alert at a time. */
  waiting({ waits: [wait] }, rule, now) {
    return wait && lasting(wait.since, rule, now, name => waitingWords(name, wait));
  },
  failed({ failedTurn }, rule, now) {
    return failedTurn && lasting(failedTurn.at, rule, now, name => failedWords(name, failedTurn));
  },
  stuck({ state, waits, currentTool, about }, rule, now) {
    if ((state !== 'working' && state !== 'tool_running') || waits.length > 0) return undefined;
    return lasting(about.lastActivityAt, rule, now, name => stuckWords(name, rule.forMs, currentTool));
  },
  /** One that has just begun waits for nobody in particular; one whose turn failed is another matter. */
  idle({ state, stateSince, waits, hasHelp, failedTurn, about }, rule, now) {
    const isAtWork = state !== 'idle' || waits.length > 0 || hasHelp;
    if (isAtWork || failedTurn || about.counts.turns === 0) return undefined;
    return lasting(stateSince, rule, now, idleWords);
  },
  errors({ failedCalls }, { count, withinMs }, now) {
    const recent = failedCalls.filter(({ at }) => at > now - withinMs && at <= now);
    const [first, last] = [recent[0], recent.at(-1)];
    if (recent.length < count || first === undefined || last === undefined) return undefined;
    // It is one and the same until there were fewer for a while.
    return { key: '', since: first.at, dueAt: last.at, words: name => errorsWords(name, recent, withinMs) };
  },
};

function lasting(
  since: number,
  { forMs }: ReadyRule,
  now: number,
  words: Matter['words'],
): Matter | undefined {
  const dueAt = since + forMs;
  return dueAt > now ? undefined : { key: String(since), since, dueAt, words };
}

/** A budget of sessions by their folders; one of days and windows where it is for the same folders as the rule, or the rule for all. */
function budgets(rule: ReadyRule, { sessions, crossings, nameOf }: World, now: number): Due[] {
  return crossings.flatMap(({ at, sessionId, terms }) => {
    if (terms.endsAt !== undefined && terms.endsAt <= now) return [];
    const session = sessions.find(one => one.about.sessionId === sessionId);
    const isMeant =
      sessionId === ''
        ? rule.project === undefined || rule.project === terms.project
        : session !== undefined && rule.fits(session.about.project);
    if (!isMeant) return [];
    const key = [terms.budget, terms.startsAt ?? ''].join(' ');
    const said = (): Said => {
      const name = session && nameOf(session);
      const { project } = session?.about ?? terms;
      const place = { ...(name === undefined ? {} : { session: name }), ...(project ? { project } : {}) };
      return { ...budgetWords(name, terms), ...place };
    };
    return [dueOf(rule, sessionId, { key, since: at, dueAt: at }, said)];
  });
}

/** The words, and where it is. */
type Said = Words & { readonly session?: string; readonly project?: string };

function dueOf(
  rule: ReadyRule,
  sessionId: string,
  { key, since, dueAt }: Omit<Matter, 'words'>,
  said: () => Said,
): Due {
  const { when, name, to } = rule;
  const cause = [when, sessionId, key].filter(part => part !== '').join(' ');
  const told = () => ({ when, rule: name, cause, since, ...said(), to: to.map(({ label }) => label) });
  return { rule, sessionId, cause, dueAt, told };
}
