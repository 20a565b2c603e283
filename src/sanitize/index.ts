// The door of sanitize: what every value goes through before it is stored or sent.
export { parseJson, parsing } from './bounded-json.ts';
export { makeSanitizer, type Sanitizer, type SanitizerOptions } from './sanitizer.ts';
export { finish, type Steps } from './steps.ts';
