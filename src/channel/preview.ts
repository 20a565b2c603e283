// What is shown of a request in a room: all of its input, spelled so that nothing in it is invisible, moved or taken for something else.
import type { RequestOfApproval } from '../protocol/index.ts';

/** Longest input that is shown whole, in characters of its JSON; of a longer one the beginning is shown. */
export const PREVIEW_MOST = 64 * 1024;
/** Longest name of a tool, and longest description, in characters. */
const LINE_MOST = 256;

/** Controls, signs that nobody sees or that reorder what is shown, ends of lines: JSON has another way to write each of them. */
const UNSEEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;
/** The same, and white space, where words go on one line. */
const BREAKS = /[\p{Cc}\p{Cf}\s]+/gu;

export interface Preview {
  readonly tool_name: string;
  readonly description: string;
  readonly input_preview: string;
}

/** @returns what is shown, and whether it is everything: only then it can be allowed by who sees it */
export function previewOf(request: RequestOfApproval): {
  readonly shown: Preview;
  readonly isWhole: boolean;
} {
  const name = spelled(request.toolName);
  const input = spelled(JSON.stringify(request.input));
  return {
    shown: {
      tool_name: name.slice(0, LINE_MOST),
      description: descriptionOf(request),
      input_preview: input.length <= PREVIEW_MOST ? input : beginningOf(input),
    },
    isWhole: request.whole && name.length <= LINE_MOST && input.length <= PREVIEW_MOST,
  };
}

/** In words, for people; what is allowed is in the input. */
function descriptionOf({ kind, toolName, input, cwd }: RequestOfApproval): string {
  switch (kind) {
    case 'question':
      return 'asks its user a question; here it can be refused, and not answered';
    case 'plan':
      return 'asks whether its plan is good';
    case 'permission': {
      const { description } = input;
      const own = typeof description === 'string' ? oneLine(description) : '';
      return own || oneLine(`uses ${toolName}${cwd === undefined ? '' : ` in ${cwd}`}`);
    }
  }
}

function beginningOf(input: string): string {
  const left = input.length - PREVIEW_MOST;
  return `${input.slice(0, PREVIEW_MOST)}… [${left} more characters are not shown; so it can be refused here, and not allowed]`;
}

function oneLine(text: string): string {
  const line = text.replace(BREAKS, ' ').trim();
  return line.length <= LINE_MOST ? line : `${line.slice(0, LINE_MOST - 1)}…`;
}

const spelled = (text: string): string =>
  text.replace(UNSEEN, sign =>
    [...Array(sign.length).keys()]
      .map(at => `\\u${sign.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  );
