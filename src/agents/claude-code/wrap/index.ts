// The door of a wrapped terminal: what a program that runs Claude Code in one needs, so that messages can be typed there.
export { Screen } from './screen.ts';
export { type WrapOptions, WrapSession } from './wrap-session.ts';
