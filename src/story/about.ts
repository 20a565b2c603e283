// What a session's own events say about it: who it is, where it works, and since when.
import type { EventEnvelope } from '../protocol/index.ts';

/** What is known of a session, over or not. */
export interface About {
  readonly sessionId: string;
  project?: string;
  name?: string;
  model?: string;
  gitBranch?: string;
  version?: string;
  startedAt?: number;
  /** When and why it ended; absent while it lives. */
  ended?: { readonly at: number; readonly reason: string };
}

const KNOWN = ['name', 'model', 'gitBranch', 'version'] as const;

/** Takes in what an event says; events come in the order of the log. */
export function learnAbout(about: About, { type, timestamp, agentId, data }: EventEnvelope): void {
  const known = type === 'session.discovered' || type === 'session.updated';
  if (type === 'session.removed') about.ended = { at: timestamp, reason: String(data['reason'] ?? '') };
  if (type === 'session.discovered') {
    about.startedAt ??= timestamp;
    delete about.ended;
    if (typeof data['cwd'] === 'string') about.project = data['cwd'];
  }
  if (agentId !== undefined || !(known || type === 'message.assistant')) return;
  for (const key of known ? KNOWN : (['model'] as const))
    if (typeof data[key] === 'string') about[key] = data[key];
}
