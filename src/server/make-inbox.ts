// The inbox of a daemon: over its log, its names, and the ways into its sessions.
import { type Carrier, Inbox, MessageRules } from '../inbox/index.ts';
import { lastTyped } from './prompts.ts';
import type { Shared } from './shared.ts';

export function makeInbox(
  { config, engine, names, self, now, uptime, failed }: Shared,
  carriers: readonly Carrier[],
): Inbox {
  const { log, queries } = engine;
  return new Inbox({
    shelf: log.messages,
    commit: (events, messages) => engine.submitMessages(events, messages),
    addresses: names,
    rules: new MessageRules(config.messages, address => names.knownAs(address)),
    now,
    lastTyped: (sessions, since) => lastTyped(log, sessions, since),
    whyNotDurable: () => engine.health(),
    mostQueued: config.inboxMessages,
    paths: engine.deliveryPaths,
    hookOutputs: engine.hookOutputs,
    wakePaths: engine.wakePaths,
    carriers,
    reply: (to, id) => `${self} send --to ${shellWord(to)} --in-reply-to ${id}`,
    asLogged: text => queries.sanitize(text),
    fetch: name => `${self} listen ${shellWord(name)} --once --timeout 5s`,
    uptime,
    failed,
  });
}

/** As a shell takes it for one word. */
function shellWord(word: string): string {
  return /^[\w@:.,/+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
