// Claude Code, as hookline knows it.
import { hash } from 'node:crypto';
import type { Agent } from '../agent.ts';
import { impliedByFlatPayload } from '../flat-payload/implied.ts';
import { type HookPayload, readPayload } from '../flat-payload/payload.ts';
import { HookContext } from './deliver/hook-output.ts';
import { InboxSocket } from './deliver/inbox-socket.ts';
import { Rewake } from './deliver/rewake.ts';
import { Wrap } from './deliver/wrap.ts';
import { askedBy } from './hooks/asked.ts';
import { fromHook, SOURCE } from './hooks/translate.ts';
import { MODELS } from './models/models.ts';
import { PastTranscripts } from './past/past-transcripts.ts';
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
    asks: askedBy,
    models: MODELS,
    openTranscript: path => new SessionTranscripts(path, () => 'end'),
    deliveryPaths: ({ projection, home }) => [
      new InboxSocket({
        configDirs: () => [
          ...new Set([
            claudeDir,
            ...projection.living().flatMap(({ about }) => configDirOf(about.transcriptPath ?? '') ?? []),
          ]),
        ],
        socketName: `hookline-${hash('sha256', home, 'hex').slice(0, 8)}.sock`,
        configDirOf: sessionId => configDirOf(projection.transcriptPath(sessionId) ?? '') ?? claudeDir,
        transcriptOf: sessionId => projection.transcriptPath(sessionId),
      }),
      new Wrap({ home, transcriptOf: sessionId => projection.transcriptPath(sessionId) }),
    ],
    hookOutput: ({ projection, now }) =>
      new HookContext({
        configDirOf: sessionId => configDirOf(projection.transcriptPath(sessionId) ?? '') ?? claudeDir,
        transcriptOf: sessionId => projection.transcriptPath(sessionId),
        permissionModeOf: sessionId => projection.permissionMode(sessionId),
        now,
      }),
    wakePath: ({ projection, now }) =>
      new Rewake({
        configDirOf: sessionId => configDirOf(projection.transcriptPath(sessionId) ?? '') ?? claudeDir,
        transcriptOf: sessionId => projection.transcriptPath(sessionId),
        permissionModeOf: sessionId => projection.permissionMode(sessionId),
        lives: sessionId => projection.has(sessionId),
        isIdle: sessionId => projection.lives(sessionId)?.state === 'idle' && !projection.waits(sessionId),
        now,
      }),
    watch: options => new Watcher({ ...options, claudeDir }),
    past: new PastTranscripts(claudeDir),
  };
}
