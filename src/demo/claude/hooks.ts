// The payloads of hooks, field by field as Claude Code 2.1.329 sends them.
import type { JsonObject } from '../beat.ts';

/** Whom a payload or a line is about, as it stands at that moment. */
export interface Who {
  readonly sessionId: string;
  /** Of the session, also when a subagent speaks. */
  readonly transcriptPath: string;
  readonly cwd: string;
  readonly branch: string;
  readonly promptId: string | undefined;
  readonly permissionMode: string;
  readonly agent: { readonly id: string; readonly type: string } | undefined;
}

type Shared = 'prompt' | 'mode' | 'effort';

const AT_WORK: readonly Shared[] = ['prompt', 'mode', 'effort'];
const ASIDE: readonly Shared[] = ['prompt'];

/** Hook → which of the fields that most payloads share it has. */
const SHARED: Readonly<Record<string, readonly Shared[]>> = {
  SessionStart: [],
  SessionEnd: ASIDE,
  InstructionsLoaded: [],
  UserPromptSubmit: ['prompt', 'mode'],
  UserPromptExpansion: ['prompt', 'mode'],
  PreToolUse: AT_WORK,
  PostToolUse: AT_WORK,
  PostToolUseFailure: AT_WORK,
  PostToolBatch: AT_WORK,
  PermissionRequest: AT_WORK,
  PermissionDenied: AT_WORK,
  SubagentStart: ASIDE,
  SubagentStop: AT_WORK,
  Stop: AT_WORK,
  StopFailure: ['prompt', 'effort'],
  Notification: ASIDE,
  Elicitation: ASIDE,
  ElicitationResult: ASIDE,
  PreCompact: ASIDE,
  PostCompact: ASIDE,
  PreModelSwitch: ASIDE,
  PostModelSwitch: ASIDE,
  CwdChanged: ASIDE,
};

/** The whole payload of a hook, its own fields last. */
export function payloadOf(hook: string, who: Who, fields: JsonObject): JsonObject {
  const shared = SHARED[hook] ?? [];
  const { sessionId, transcriptPath, cwd, promptId, permissionMode, agent } = who;
  return {
    session_id: sessionId,
    transcript_path: transcriptPath,
    cwd,
    ...(shared.includes('prompt') && promptId !== undefined ? { prompt_id: promptId } : {}),
    ...(shared.includes('mode') ? { permission_mode: permissionMode } : {}),
    ...(agent ? { agent_id: agent.id, agent_type: agent.type } : {}),
    ...(shared.includes('effort') ? { effort: { level: 'medium' } } : {}),
    hook_event_name: hook,
    ...fields,
  };
}
