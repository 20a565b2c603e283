// What a tool call, or any other value, is about, in a few words.

/** The fields of a tool's input that tell most, best first. */
export const TELLING: readonly string[] = [
  'command',
  'file_path',
  'notebook_path',
  'pattern',
  'url',
  'query',
  'question',
  'subject',
  'description',
  'prompt',
  'plan',
  'path',
  'skill',
];

/** The most telling part of a value, or its JSON; empty when there is nothing to tell. Of any length. */
export function gist(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (isObject(value)) {
    for (const key of TELLING) {
      const found = value[key];
      if (typeof found === 'string') return found;
    }
    const [first] = Array.isArray(value['questions']) ? (value['questions'] as unknown[]) : [];
    if (isObject(first) && typeof first['question'] === 'string') return first['question'];
  }
  const json = JSON.stringify(value);
  return json === '{}' || json === '[]' ? '' : json;
}

/** The beginning of a text, at most `length` UTF-16 units; what was cut is shown as `…`. */
export function head(text: string, length: number): string {
  if (text.length <= length) return text;
  // Half of a surrogate pair is no character.
  const cut = /[\uD800-\uDBFF]$/.test(text.slice(0, length - 1)) ? length - 2 : length - 1;
  return `${text.slice(0, cut)}…`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
