// A request as it is shown in a terminal, a narrow one too: who asks for what, all of it, and what can be typed.
import type { RequestOfApproval } from '../../protocol/index.ts';
import { SHORT_LENGTH } from '../../protocol/index.ts';
import { folderName } from '../text/labels.ts';
import { plain, plainText } from '../text/plain.ts';

/** By so many letters everybody knows it. */
export const shortOf = (requestId: string): string => requestId.slice(0, SHORT_LENGTH);

/** `qwvhx Bash, shop·8dd9`, and `›a917` for a subagent. */
export function headOf({ requestId, toolName, sessionId, agentId, cwd }: RequestOfApproval): string {
  const agent = agentId === undefined ? '' : `›${agentId.slice(0, 4)}`;
  const where = `${cwd === undefined ? '' : `${folderName(cwd)}·`}${sessionId.slice(0, 4)}${agent}`;
  return plain(`${shortOf(requestId)} ${toolName}, ${where}`);
}

/** All that is asked; no line of it is left out or cut. */
export function linesOf(request: RequestOfApproval): string[] {
  const body = bodyOf(request).flatMap(text => plainText(text).split('\n'));
  const whole = request.whole ? [] : ['(parts were left out: this token may not approve)'];
  return [...body, ...whole].map(line => `  ${line}`);
}

/** What to type to answer it. */
export function waysOf({ kind, requestId }: RequestOfApproval): string[] {
  const id = shortOf(requestId);
  const yes = {
    permission: [`approve ${id}`],
    plan: [`approve ${id}`, `approve ${id} --mode acceptEdits`],
    question: [`answer ${id} --choice …`],
  }[kind];
  return [...yes, `deny ${id} -m …`].map(words => `  > ${words}`);
}

function bodyOf({ kind, input }: RequestOfApproval): string[] {
  if (kind === 'question') return questionsOf(input);
  if (kind === 'plan' && typeof input['plan'] === 'string')
    return [input['plan'], ...othersOf(input, ['plan'])];
  const { command, description, file_path, old_string, new_string, content } = input;
  if (typeof command === 'string') {
    const about = typeof description === 'string' ? [`# ${description}`] : [];
    return [command, ...about, ...othersOf(input, ['command', 'description'])];
  }
  if (typeof file_path !== 'string') return othersOf(input, []);
  if (typeof old_string === 'string' && typeof new_string === 'string')
    return [
      file_path,
      marked('- ', old_string),
      marked('+ ', new_string),
      ...othersOf(input, ['file_path', 'old_string', 'new_string']),
    ];
  if (typeof content === 'string')
    return [file_path, marked('+ ', content), ...othersOf(input, ['file_path', 'content'])];
  return [file_path, ...othersOf(input, ['file_path'])];
}

const marked = (mark: string, text: string): string =>
  text
    .split('\n')
    .map(line => mark + line)
    .join('\n');

/** The fields that were not shown already, each by its name. */
function othersOf(input: RequestOfApproval['input'], shown: readonly string[]): string[] {
  return Object.entries(input)
    .filter(([name]) => !shown.includes(name))
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value, null, 1)}`);
}

export interface Question {
  readonly question: string;
  readonly multiSelect: boolean;
  readonly options: readonly { readonly label: string; readonly description: string }[];
}

/** The questions of an input, as far as they are such. */
export function questionsIn(input: RequestOfApproval['input']): Question[] {
  const all = Array.isArray(input['questions']) ? (input['questions'] as unknown[]) : [];
  return all.map(one => {
    const { question, multiSelect, options } = (one ?? {}) as Record<string, unknown>;
    return {
      question: String(question),
      multiSelect: multiSelect === true,
      options: (Array.isArray(options) ? options : []).map(option => {
        const { label, description } = (option ?? {}) as Record<string, unknown>;
        return { label: String(label), description: description === undefined ? '' : String(description) };
      }),
    };
  });
}

function questionsOf(input: RequestOfApproval['input']): string[] {
  const questions = questionsIn(input);
  return questions.flatMap(({ question, multiSelect, options }, at) => [
    `${questions.length > 1 ? `${at + 1}: ` : ''}${question}${multiSelect ? ' (several)' : ''}`,
    ...options.flatMap(({ label, description }, n) => [
      `  ${n + 1} ${label}`,
      ...(description === '' ? [] : [`    ${description}`]),
    ]),
  ]);
}
