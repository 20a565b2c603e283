// An inbox over a store in memory, with a clock and a commit that the test decides on.
import { originOf } from '../../src/agents/claude-code/hooks/prompt-origin.ts';
import { Inbox, type InboxOptions, type Prompted } from '../../src/inbox/index.ts';
import { MemoryStore, type MessageWrite } from '../../src/log/index.ts';
import { type EventDraft, type NewMessage, NewMessage as schema } from '../../src/protocol/index.ts';

export interface Lab {
  inbox: Inbox;
  /** Milliseconds since 1970. */
  now: number;
  /** How far the clock that never jumps is ahead of `now`, in milliseconds. */
  ahead: number;
  /** Everything that is on record, in order. */
  readonly events: EventDraft[];
  /** Sessions by name. */
  readonly sessions: Map<string, string>;
  /** Puts on record what waits for it; false when nothing did. */
  flush(): boolean;
  /** What was not put on record is lost, and another daemon goes on with the rest. */
  crash(): void;
}

/** @param options besides */
export function makeLab(options: Partial<InboxOptions> & { readonly isHeldBack?: boolean } = {}): Lab {
  const { isHeldBack = false, ...rest } = options;
  const store = new MemoryStore('e', { events: 10, bytes: 1e6 });
  let waiting: { events: readonly EventDraft[]; rows: readonly MessageWrite[]; done: () => void }[] = [];
  const events: EventDraft[] = [];
  const sessions = new Map<string, string>();
  /** Counts daemons: what one that was killed still had in mind comes on record no more. */
  let generation = 0;
  const open = (): Inbox => {
    const mine = ++generation;
    return new Inbox({
      shelf: store.messages,
      commit: (drafts, rows) =>
        new Promise(resolve => {
          if (mine !== generation) return;
          // What it is now: a row that is changed later is another one.
          waiting.push({ events: structuredClone(drafts), rows: structuredClone(rows), done: resolve });
          if (!isHeldBack) lab.flush();
        }),
      addresses: {
        resolve: to => to.split('+'),
        sessionOf: name => sessions.get(name) ?? [...sessions.values()].find(sessionId => sessionId === name),
        live: () => [...sessions].flat(),
        nameOf: sessionId => [...sessions].find(([, one]) => one === sessionId)?.[0],
      },
      now: () => lab.now,
      lastTyped: () => undefined,
      whyNotDurable: () => undefined,
      mostQueued: 1000,
      fetch: name => `hookline listen ${name} --once`,
      reply: (to, id) => `hookline send --to ${to} --in-reply-to ${id}`,
      uptime: () => lab.now + lab.ahead,
      failed: (what, error) => {
        throw new Error(what, { cause: error });
      },
      ...rest,
    });
  };
  const lab: Lab = {
    now: 1_800_000_000_000,
    ahead: 0,
    events,
    sessions,
    flush() {
      const all = waiting;
      waiting = [];
      for (const one of all) {
        events.push(...one.events);
        store.append([], one.rows);
      }
      for (const one of all) one.done();
      return all.length > 0;
    },
    crash() {
      waiting = [];
      lab.inbox = open();
    },
    inbox: undefined as unknown as Inbox,
  };
  lab.inbox = open();
  return lab;
}

/** What was told of each message, in order: `<name> <state>`. */
export function toldOf(events: readonly EventDraft[]): Map<string, string[]> {
  const told = new Map<string, string[]>();
  for (const { type, data } of events) {
    const id = String(data['messageId']);
    told.set(id, [...(told.get(id) ?? []), `${data['name']} ${type.replace('inbox.', '')}`]);
  }
  return told;
}

export const newMessage = (fields: object): NewMessage => schema.parse({ message: 'hello', ...fields });

/** A prompt that somebody typed in a session. */
export const typed = (sessionId: string): Prompted => ({
  sessionId,
  prompt: 'Go on.',
  origin: { kind: 'user' },
});

/** A prompt that a session was given, as its hook tells it. */
export const given = (sessionId: string, prompt: string): Prompted => ({
  ...{ sessionId, prompt },
  origin: originOf(prompt),
});
