// The door of the demo: recorded sessions as stories, and what plays them into a daemon.
export type { Beat, HookBeat, JsonObject, LineBeat, NoteBeat } from './beat.ts';
export { postTo, spoolIn } from './doors.ts';
export { type Ids, randomIds } from './ids.ts';
export { type HookDoor, type PlayOptions, play, recall } from './player.ts';
export { STORIES } from './stories/index.ts';
export { begun, type Round, type Story, tell } from './story.ts';
