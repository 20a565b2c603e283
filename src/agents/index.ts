// The door of the agents.
export { InvalidPayloadError, parsePayload } from './claude-code/hooks/payload.ts';
export { agentIn, fromClaudeCode, payloadOf, sessionIn, toolUseIn } from './claude-code/hooks/translate.ts';
export { openRegular } from './claude-code/transcript/regular-file.ts';
export { SessionTranscripts } from './claude-code/transcript/session-transcripts.ts';
export { TOUCH_MS } from './claude-code/watch/last-run.ts';
export { CatchUp } from './claude-code/watch/watcher.ts';
export { fromLegacy } from './generic/envelope.ts';
