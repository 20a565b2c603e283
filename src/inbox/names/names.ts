// Who is called what: names that were given, those that agents give to their sessions, and the ids of those.
import type { Chore } from '../../service.ts';
import { InboxError } from '../errors.ts';
import type { Addresses } from '../ledger.ts';
import { isName, isRoom, matchesFolder, parseAddress, queueNameOf, roomAt } from './address.ts';
import { type Entry, NameBook, type NameShelf } from './name-book.ts';

/** A session that lives. */
export interface NamedSession {
  readonly sessionId: string;
  /** As its agent calls it. */
  readonly name?: string | undefined;
  /** The folder it was started in. */
  readonly project?: string | undefined;
  readonly pid?: number | undefined;
  /** Tells its process from a later one with its pid. */
  readonly procStart?: string | undefined;
}

/** A name that a session gets for where it was started. */
export interface NameRule {
  /** A glob of folders, such as `/home/dev/shop/**`; one without a slash means the folder's own name. */
  readonly project: string;
  readonly name: string;
}

export interface SessionNamesOptions {
  /** Every session that lives now, the oldest first. */
  readonly living: () => Iterable<NamedSession>;
  readonly shelf: NameShelf;
  /** What a process was told to call its session; undefined when nothing. Default: nothing. */
  readonly nameInEnv?: (pid: number) => string | undefined;
  readonly rules?: readonly NameRule[];
  /** Whom messages wait for, and who waits for messages: names that live before any session has them. Default: none. */
  readonly inUse?: () => Iterable<string>;
  /** Why nobody can be reached at an address of another machine, for people; undefined when somebody may be. Default: there is no way. */
  readonly whyNoAddress?: (address: string) => string | undefined;
  readonly failed?: (what: string, error: unknown) => void;
}

/** Why a session has a name. */
export type NamedBy = 'given' | 'environment' | 'agent' | 'rule';

export interface NameState {
  readonly name: string;
  /** The session that has it: the one that lives, or the one it was given to. */
  readonly sessionId?: string;
  readonly live: boolean;
  readonly groups: readonly string[];
  /** Absent when no session has it. */
  readonly by?: NamedBy;
}

export interface NewBinding {
  readonly sessionId?: string | undefined;
  readonly groups?: readonly string[] | undefined;
  /** Also when another session that lives has the name. */
  readonly take?: boolean | undefined;
}

/** How often it is looked whether a session goes on under another id, in milliseconds. */
const FOLLOW_MS = 1000;
/** An id of a session, as agents make them. */
const ID = /^[\w-]{1,256}$/;

export class SessionNames implements Addresses {
  readonly chores: readonly Chore[] = [
    { what: 'names: following sessions that go on', everyMs: FOLLOW_MS, run: () => this.follow() },
  ];
  readonly #options: SessionNamesOptions;
  readonly #book: NameBook;
  /** By pid and start of a process, what its environment says; asked once. */
  readonly #inEnv = new Map<string, string | undefined>();

  /** @throws Error when what was saved is nothing of ours */
  constructor(options: SessionNamesOptions) {
    this.#options = options;
    this.#book = new NameBook(options.shelf);
  }

  resolve(to: string, from: string): readonly string[] {
    const address = parseAddress(to);
    switch (address.kind) {
      case 'all':
        return this.#someOf(to, living => living.filter(one => !this.#isCalled(one, from)));
      case 'project':
        return this.#someOf(to, living =>
          living.filter(({ project = '' }) => matchesFolder(project, address.what)),
        );
      case 'group':
        return this.#groupOf(to, address.what);
      case 'room':
        return [roomNamed(to, address.what)];
      case 'elsewhere':
        return [this.#atBroker(to)];
      case 'name':
        return [this.#one(to)];
    }
  }

  sessionOf(name: string): string | undefined {
    return this.#holderOf(name)?.session.sessionId;
  }

  live(): string[] {
    const all = this.#living().flatMap(session => [session.sessionId, ...this.#candidates(session)]);
    return [...new Set(all)];
  }

  /** What a session that lives is called; undefined when it has no name that leads to it. */
  nameOf(sessionId: string): string | undefined {
    const session = this.#living().find(one => one.sessionId === sessionId);
    return session && this.#candidates(session).find(name => this.sessionOf(name) === sessionId);
  }

  /** Whether a session that lives goes by this name or id; whoever reads a name does not look at its case. */
  isLive(name: string): boolean {
    const wanted = name.toLowerCase();
    return this.#living().some(session =>
      [session.sessionId, ...this.#candidates(session)].some(one => one.toLowerCase() === wanted),
    );
  }

  /** As whoever is meant is called here: brokers tell no two names apart that are too alike, and this is the one of them that is used. */
  calledLike(name: string): string {
    const queue = queueNameOf(name);
    for (const names of [this.#called(), [...this.#book.all.keys()], this.#inUse()]) {
      const like = names.includes(name) ? name : names.find(one => queueNameOf(one) === queue);
      if (like !== undefined) return like;
    }
    return name;
  }

  /** Every name and id that somebody with this name or id goes by, this one too. */
  knownAs(address: string): readonly string[] {
    const all = this.#living().map(session => [session.sessionId, ...this.#candidates(session)]);
    return [...new Set([address, ...all.filter(names => names.includes(address)).flat()])];
  }

  /** Every name that was given or that a session has, and these. */
  list(besides: Iterable<string> = []): NameState[] {
    const names = new Set([...this.#book.all.keys(), ...this.#called(), ...besides]);
    return [...names].sort().map(name => this.stateOf(name));
  }

  stateOf(name: string): NameState {
    const holder = this.#holderOf(name);
    const entry = this.#book.get(name);
    const sessionId = holder?.session.sessionId ?? entry?.sessionId;
    const by = holder?.by ?? (entry?.sessionId === undefined ? undefined : 'given');
    return {
      ...{ name, ...(sessionId === undefined ? {} : { sessionId }), live: holder !== undefined },
      groups: entry?.groups ?? [],
      ...(by === undefined ? {} : { by }),
    };
  }

  /**
   * Gives a name to a session, or puts it into groups, or both; resolves once it is on record.
   *
   * @throws InboxError invalid_name, not_found (no such session lives), conflict (somebody else has it, or one too like it)
   */
  async bind(name: string, { sessionId, groups, take = false }: NewBinding): Promise<NameState> {
    if (!isName(name))
      throw new InboxError('invalid_message', `${JSON.stringify(name)} is no name: ${NAME_RULE}`);
    this.#refuseLookalike(name);
    const before = this.#book.get(name);
    const session = sessionId === undefined ? undefined : this.#giveTo(name, sessionId, take);
    const entry: Entry = {
      ...(session === undefined ? before : { sessionId: session.sessionId, process: processOf(session) }),
      groups: groups === undefined ? (before?.groups ?? []) : [...new Set(groups)].sort(),
    };
    const isEmpty = entry.sessionId === undefined && entry.groups.length === 0;
    await this.#book.set(name, isEmpty ? undefined : entry);
    return this.stateOf(name);
  }

  /** Takes back what was given; false when nothing was. */
  async remove(name: string): Promise<boolean> {
    const isThere = this.#book.get(name) !== undefined;
    if (isThere) await this.#book.set(name, undefined);
    return isThere;
  }

  /** A session that was cleared goes on in its process under another id, and keeps what it is called. */
  follow(): void {
    for (const [name, entry] of this.#book.all) {
      const { sessionId, process } = entry;
      if (sessionId === undefined) continue;
      const living = this.#living();
      const here = living.find(one => one.sessionId === sessionId);
      const next = here ?? living.findLast(one => isSame(process, processOf(one)));
      if (next === undefined || (next === here && isSame(process, processOf(next)))) continue;
      const moved = { ...entry, sessionId: next.sessionId, process: processOf(next) ?? process };
      this.#book
        .set(name, moved)
        .catch(error => this.#options.failed?.('names: the file of names could not be written', error));
    }
  }

  /** One whose id is like the address of a room cannot be told from it, and is not meant. */
  #living(): NamedSession[] {
    return [...this.#options.living()].filter(({ sessionId }) => roomAt(sessionId) === undefined);
  }

  #someOf(to: string, choose: (living: NamedSession[]) => NamedSession[]): string[] {
    const chosen = choose(this.#living());
    if (chosen.length === 0)
      throw new InboxError(
        'not_found',
        `${JSON.stringify(to)} means no session that lives; a name waits for one, whoever has it`,
      );
    return chosen.map(({ sessionId }) => this.nameOf(sessionId) ?? sessionId);
  }

  #groupOf(to: string, group: string): string[] {
    const members = [...this.#book.all].filter(([, { groups }]) => groups.includes(group));
    if (members.length > 0) return members.map(([name]) => name).sort();
    throw new InboxError('not_found', `nobody is in ${JSON.stringify(to)}; put a name into it first`);
  }

  #atBroker(to: string): string {
    const { whyNoAddress = () => 'no broker is configured' } = this.#options;
    const why = whyNoAddress(to);
    if (why === undefined) return to;
    throw new InboxError('not_found', `nobody can be reached as ${JSON.stringify(to)}: ${why}`);
  }

  #one(to: string): string {
    const living = this.#living();
    if (living.some(({ sessionId }) => sessionId === to) || this.sessionOf(to) !== undefined) return to;
    const called = living.filter(({ name }) => name === to);
    if (called.length > 1)
      throw new InboxError(
        'conflict',
        `${called.length} sessions are called ${to}; send it to the id of one: ${called.map(({ sessionId }) => sessionId).join(', ')}`,
      );
    if (!isName(to)) {
      const why = ID.test(to) ? 'no session that lives has this id' : 'it is no name';
      throw new InboxError('not_found', `there is nobody called ${JSON.stringify(to)}: ${why}`);
    }
    this.#refuseLookalike(to);
    return to;
  }

  /** Who has a name, and why. Of two sessions that their agent calls the same neither is meant. */
  #holderOf(name: string): { readonly session: NamedSession; readonly by?: NamedBy } | undefined {
    // What a session calls itself leads nobody's letters to it.
    if (roomAt(name) !== undefined) return undefined;
    const living = this.#living();
    const session = living.find(({ sessionId }) => sessionId === name);
    if (session) return { session };
    const entry = this.#book.get(name);
    const given = living.find(({ sessionId }) => sessionId === entry?.sessionId);
    if (given) return { session: given, by: 'given' };
    const inEnv = living.find(one => this.#envNameOf(one) === name);
    if (inEnv) return { session: inEnv, by: 'environment' };
    const [called, ...more] = living.filter(one => one.name === name);
    if (called) return more.length === 0 ? { session: called, by: 'agent' } : undefined;
    const byRule = living.find(one => this.#ruleNameOf(one) === name);
    return byRule && { session: byRule, by: 'rule' };
  }

  /** What a session could be called, what was given first. */
  #candidates(session: NamedSession): string[] {
    const given = [...this.#book.all].filter(([, entry]) => entry.sessionId === session.sessionId);
    const all = [
      ...given.map(([name]) => name),
      this.#envNameOf(session),
      session.name,
      this.#ruleNameOf(session),
    ];
    return all.filter((name): name is string => name !== undefined && isName(name));
  }

  #inUse(): string[] {
    return [...(this.#options.inUse?.() ?? [])].filter(isName);
  }

  #called(): string[] {
    return this.#living().flatMap(session => this.#candidates(session));
  }

  #isCalled(session: NamedSession, name: string): boolean {
    return session.sessionId === name || this.sessionOf(name) === session.sessionId;
  }

  #envNameOf({ pid, procStart }: NamedSession): string | undefined {
    const { nameInEnv } = this.#options;
    if (pid === undefined || nameInEnv === undefined) return undefined;
    const key = `${pid} ${procStart}`;
    if (!this.#inEnv.has(key)) this.#inEnv.set(key, nameInEnv(pid));
    for (const oldest of this.#inEnv.keys()) {
      if (this.#inEnv.size <= REMEMBERED) break;
      this.#inEnv.delete(oldest);
    }
    return this.#inEnv.get(key);
  }

  #ruleNameOf({ project }: NamedSession): string | undefined {
    if (project === undefined) return undefined;
    return this.#options.rules?.find(rule => matchesFolder(project, rule.project))?.name;
  }

  #giveTo(name: string, sessionId: string, take: boolean): NamedSession {
    const session = this.#living().find(one => one.sessionId === sessionId);
    if (session === undefined)
      throw new InboxError(
        'not_found',
        `no session that lives has the id ${JSON.stringify(sessionId.slice(0, 64))}; it may have ended`,
      );
    const holder = this.#holderOf(name)?.session;
    if (holder !== undefined && holder.sessionId !== sessionId && !take)
      throw new InboxError(
        'conflict',
        `${name} is what session ${holder.sessionId} is called, and it lives; take it from it on purpose (--take), or choose another name`,
      );
    return session;
  }

  /** At brokers the two would be one. */
  #refuseLookalike(name: string): void {
    const queue = queueNameOf(name);
    const used = this.#inUse();
    const others = used.includes(name) ? [] : used;
    const other = [...this.#book.all.keys(), ...this.#called(), ...others].find(
      one => one !== name && queueNameOf(one) === queue,
    );
    if (other === undefined) return;
    throw new InboxError(
      'conflict',
      `${name} is too like ${other}: at brokers both are ${queue}; use ${other}, or choose another name`,
    );
  }
}

/** @throws InboxError not_found */
function roomNamed(to: string, room: string): string {
  if (isRoom(room)) return to;
  throw new InboxError(
    'not_found',
    `there is no room ${JSON.stringify(to)}: what stands after room: must be a letter or a digit, then up to 63 letters, digits, ".", "_", "-"`,
  );
}

const NAME_RULE = 'it must be a letter, then up to 63 letters, digits, ".", "_", "-"';
/** Processes whose environment is remembered. */
const REMEMBERED = 1000;

function processOf({ pid, procStart }: NamedSession): Entry['process'] {
  return pid === undefined ? undefined : { pid, ...(procStart === undefined ? {} : { procStart }) };
}

function isSame(a: Entry['process'], b: Entry['process']): boolean {
  return a !== undefined && a.pid === b?.pid && a.procStart === b.procStart;
}
