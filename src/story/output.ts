// What a tool put out, as text: whatever its result holds, the parts that people read first.
import { field } from './lookup.ts';

/** A text that a tool put out; `name` says which, where there are several or it is not what one expects. */
export interface Output {
  readonly name: string;
  readonly text: string;
}

/** What the results of tools hold that is text, by the client's own names (Claude Code 2.1.329 to 2.1.332). */
const TEXTS = ['stdout', 'stderr', 'content', 'result', 'message', 'text'] as const;
/** Of these one says all there is. */
const LISTS = ['filenames', 'matches'] as const;

/** Colours and weights of a terminal say nothing here. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape is what they begin with.
const STYLES = /\u001b\[[\d;]*m/g;

/** The texts of a result; its JSON where it has none that one knows, and nothing for a result that is empty. */
export function outputOf(response: unknown): Output[] {
  if (response === undefined || response === null || response === '') return [];
  return textsOf(response)
    .map(({ name, text }) => ({ name, text: text.replace(STYLES, '') }))
    .filter(({ text }) => text !== '');
}

/** Whether there is any: asked of every call, so its texts are not looked through. */
export const hasOutput = (response: unknown): boolean =>
  response !== undefined && response !== null && textsOf(response).some(({ text }) => text !== '');

function textsOf(response: unknown): Output[] {
  if (typeof response === 'string') return [{ name: '', text: response }];
  const texts = Array.isArray(response) ? blocks(response) : known(response);
  if (texts.length > 0) return texts;
  const json = JSON.stringify(response, null, 2) ?? '';
  return json === '{}' || json === '[]' ? [] : [{ name: '', text: json }];
}

function known(response: unknown): Output[] {
  const file = field(field(response, 'file'), 'content');
  if (typeof file === 'string') return [{ name: '', text: file }];
  const texts = TEXTS.flatMap((name): Output[] => {
    const value = field(response, name);
    if (typeof value === 'string') return [{ name: name === 'stderr' ? name : '', text: value }];
    return Array.isArray(value) ? blocks(value) : [];
  });
  if (texts.some(({ text }) => text !== '')) return texts;
  for (const name of LISTS) {
    const list = field(response, name);
    if (Array.isArray(list) && list.every(one => typeof one === 'string'))
      return [{ name: '', text: list.join('\n') }];
  }
  return texts;
}

/** The blocks that tools of an MCP server, and subagents, answer with. */
function blocks(list: readonly unknown[]): Output[] {
  return list.flatMap((block): Output[] => {
    const [type, text] = [field(block, 'type'), field(block, 'text')];
    if (typeof text === 'string') return [{ name: '', text }];
    return typeof type === 'string' ? [{ name: '', text: `(${type})` }] : [];
  });
}
