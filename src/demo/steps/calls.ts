// The tools a story uses: what each is asked and what it gives back, as Claude Code 2.1.329 has them.
import type { JsonObject } from '../beat.ts';
import type { Call, Outcome, Permission, Question } from './call.ts';

/** What most calls may be told besides. */
export interface CallOptions {
  /** Seconds it runs. */
  readonly takes?: number;
  /** It fails with these words. */
  readonly fails?: string;
  /** A permission dialog is open for so many seconds, and the user says yes. */
  readonly asks?: number;
  /** A permission dialog is open for so many seconds, and the user says no. */
  readonly refused?: number;
  /** A permission dialog opens, and for so many seconds nobody answers. */
  readonly unanswered?: number;
  /** Auto mode refuses it, for this reason. */
  readonly denied?: string;
}

/** A command, what it is for, and what it prints. */
export function bash(command: string, description: string, out: string, options: CallOptions = {}): Call {
  const input = { command, description };
  const response = { stdout: out, stderr: '', interrupted: false, isImage: false, noOutputExpected: false };
  const rules = [
    {
      type: 'addRules',
      rules: [{ toolName: 'Bash', ruleContent: `${command.split(' ').slice(0, 2).join(' ')}:*` }],
      behavior: 'allow',
      destination: 'localSettings',
    },
  ];
  return call('Bash', input, { response, read: out }, 0.4, options, rules);
}

/** A file, or its part from a line on. */
export function read(file_path: string, content: string, startLine = 1): Call {
  const lines = content.split('\n');
  const numbered = lines.map((line, index) => `${startLine + index}\t${line}`).join('\n');
  const input = startLine === 1 ? { file_path } : { file_path, offset: startLine, limit: lines.length };
  const totalLines = startLine + lines.length + (startLine === 1 ? 0 : 60);
  const file = { filePath: file_path, content, numLines: lines.length, startLine, totalLines };
  return call(
    'Read',
    input,
    { response: { type: 'text', file }, read: numbered },
    0.02 + (content.length % 60) / 1000,
  );
}

/** One place of a file changes, at this line. */
export function edit(
  file_path: string,
  line: number,
  old_string: string,
  new_string: string,
  options: CallOptions = {},
): Call {
  const [before, after] = [old_string.split('\n'), new_string.split('\n')];
  const lines = [...before.map(text => `-${text}`), ...after.map(text => `+${text}`)];
  const hunk = { oldStart: line, oldLines: before.length, newStart: line, newLines: after.length, lines };
  const response = {
    filePath: file_path,
    oldString: old_string,
    newString: new_string,
    originalFile: old_string,
    structuredPatch: [hunk],
    userModified: false,
    replaceAll: false,
  };
  const input = { file_path, old_string, new_string, replace_all: false };
  const words = `The file ${file_path} has been updated successfully. (file state is current in your context — no need to Read it back)`;
  return call(
    'Edit',
    input,
    { response, read: words },
    0.05 + (new_string.length % 50) / 1000,
    options,
    EDITS,
  );
}

/** A new file. */
export function write(file_path: string, content: string, options: CallOptions = {}): Call {
  const response = {
    type: 'create',
    filePath: file_path,
    content,
    structuredPatch: [],
    originalFile: null,
    userModified: false,
  };
  const words = `File created successfully at: ${file_path} (file state is current in your context — no need to Read it back)`;
  return call('Write', { file_path, content }, { response, read: words }, 0.06, options, EDITS);
}

/** A tool of an MCP server, which may ask the user something before it answers. */
export function mcp(
  server: string,
  tool: string,
  input: JsonObject,
  answer: string,
  question?: Question,
): Call {
  const text = [{ type: 'text', text: answer }];
  const base = call(`mcp__${server}__${tool}`, input, { response: text, read: text }, 0.9);
  return { ...base, server, ...(question ? { question } : {}) };
}

/** What a dialog offers for tools that change files. */
const EDITS: readonly JsonObject[] = [{ type: 'setMode', mode: 'acceptEdits', destination: 'session' }];

function call(
  name: string,
  input: JsonObject,
  outcome: Outcome,
  usually: number,
  options: CallOptions = {},
  rules: readonly JsonObject[] = [],
): Call {
  const permission = permissionOf(options, rules);
  return {
    name,
    input,
    takes: options.takes ?? usually,
    outcome: options.fails === undefined ? outcome : { error: options.fails },
    ...(permission ? { permission } : {}),
  };
}

function permissionOf(
  { asks, refused, unanswered, denied }: CallOptions,
  rules: readonly JsonObject[],
): Permission | undefined {
  if (denied !== undefined) return { denied };
  if (asks !== undefined) return { asks, answer: 'yes', rules };
  if (refused !== undefined) return { asks: refused, answer: 'no', rules };
  return unanswered === undefined ? undefined : { asks: unanswered, answer: 'none', rules };
}
