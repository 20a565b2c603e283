// Claude Code, as hookline knows it.
import type { Agent } from '../agent.ts';
import { impliedByFlatPayload } from '../flat-payload/implied.ts';
import { type HookPayload, readPayload } from '../flat-payload/payload.ts';
import { InboxSocket } from './deliver/inbox-socket.ts';
import { fromHook, SOURCE } from './hooks/translate.ts';
import { SessionTranscripts } from './transcript/session-transcripts.ts';
import { configDirOf } from './watch/projects.ts';
import { Watcher } from './watch/watcher.ts';

export interface ClaudeCodeOptions {
  /** Its own folder, such as `~/.claude`. */
  readonly claudeDir: string;
}

export function claudeCode({ claudeDir }: ClaudeCodeOptions): Agent<HookPayload> {
  return {
    source: SOURCE,
    claims: () => true,
    read: readPayload,
    translate: fromHook,
    implied: impliedByFlatPayload,
    openTranscript: path => new SessionTranscripts(path, () => 'end'),
    deliveryPaths: ({ projection }) => [
      new InboxSocket({
        configDirOf: sessionId => configDirOf(projection.transcriptPath(sessionId) ?? '') ?? claudeDir,
      }),
    ],
    watch: options => new Watcher({ ...options, claudeDir }),
  };
}
