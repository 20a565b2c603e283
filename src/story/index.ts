// The door of story: a session as one reads it. Pages take its files one by one, but none of its document.
export { type About, learnAbout } from './about.ts';
export { jsonOf } from './document/json.ts';
export { markdownOf } from './document/markdown.ts';
export type { Page, Source } from './document/source.ts';
