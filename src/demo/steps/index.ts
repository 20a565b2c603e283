// The words stories are written in.
export { agent, background, hear } from './background.ts';
export { bash, edit, mcp, read, write } from './calls.ts';
export { clear, compact, leave, nudge, resume, start, switchModel, until, wait } from './session.ts';
export { text } from './text.ts';
export { act, apiError, command, done, prompt, think } from './turn.ts';
