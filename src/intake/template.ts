// What a message says that is made of JSON: a text in which {{paths}} stand for what is found there.
import { InboxError } from '../inbox/index.ts';
import { MESSAGE_LIMITS } from '../protocol/index.ts';

/** Longest template, in characters. */
export const TEMPLATE_MOST = 8192;

/** `{{path}}`, with a path in it. */
const PLACE = /\{\{([^{}]{1,256})\}\}/g;

/** Why a text is no template, in words; undefined when it is one. */
export function templateProblem(template: string): string | undefined {
  if (template.length > TEMPLATE_MOST) return `is longer than ${TEMPLATE_MOST} characters`;
  if (template.trim() === '') return 'is empty';
  const blank = [...template.matchAll(PLACE)].some(([, path = '']) => path.trim() === '');
  if (blank || template.replaceAll(PLACE, '').includes('{{'))
    return 'has a "{{" that no path such as alert.name and "}}" follow';
  return undefined;
}

/**
 * The text with the values of its paths in it: `{{a.b}}`, `{{list.0.name}}`, `{{list.*.name}}` for all of them, `{{.}}` for the whole.
 * What is not there is empty, texts stand as they are, lists and objects as JSON. A value is never looked through for paths again.
 *
 * @throws InboxError message_too_large, as soon as the text has more bytes than a message may have
 */
export function rendered(template: string, value: unknown): string {
  const pieces: string[] = [];
  let left: number = MESSAGE_LIMITS.bytes;
  const put = (text: string): void => {
    left -= Buffer.byteLength(text);
    if (left < 0)
      throw new InboxError(
        'message_too_large',
        `what the template makes of it is larger than ${MESSAGE_LIMITS.bytes} bytes; let it take less`,
      );
    pieces.push(text);
  };
  let done = 0;
  for (const { 0: place, 1: path = '', index } of template.matchAll(PLACE)) {
    put(template.slice(done, index));
    put(textAt(value, stepsOf(path)));
    done = index + place.length;
  }
  put(template.slice(done));
  return pieces.join('');
}

/** `$.a[0].b` is the same as `a.0.b`. */
const stepsOf = (path: string): string[] =>
  path
    .trim()
    .replace(/^\$(?=[.[]|$)/, '')
    .replaceAll(/\[(\d+|\*)\]/g, '.$1')
    .split('.')
    .filter(step => step !== '');

function textAt(value: unknown, steps: readonly string[]): string {
  let found = [value];
  for (const step of steps) found = found.flatMap(one => membersOf(one, step));
  return found
    .map(asText)
    .filter(text => text !== '')
    .join(', ');
}

/** Only what was posted: what every object has by birth was not. */
function membersOf(value: unknown, step: string): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (step === '*') return Object.values(value);
  return Object.hasOwn(value, step) ? [(value as Record<string, unknown>)[step]] : [];
}

function asText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
