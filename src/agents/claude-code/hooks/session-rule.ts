// The rule that lets Claude Code do the same again in this session without asking: no wider than what was shown.
import path from 'node:path';
import { InvalidAnswerError } from '../../../approvals/index.ts';
import type { JsonObject } from '../../../json.ts';

/** Tools that change a file; a rule for `Edit` is one for all of them. */
const EDITING: ReadonlySet<string> = new Set(['Edit', 'Write', 'MultiEdit', 'NotebookEdit']);

/**
 * This very command, this file, or else this tool.
 *
 * @throws InvalidAnswerError, when the rule would mean more than what was shown
 */
export function sessionRule(toolName: string, input: JsonObject): JsonObject {
  const rule = { toolName, ...contentFor(toolName, input) };
  return { type: 'addRules', rules: [rule], behavior: 'allow', destination: 'session' };
}

function contentFor(toolName: string, { command, file_path, notebook_path }: JsonObject): JsonObject {
  if (toolName === 'Bash' || typeof command === 'string') return { ruleContent: exact(command, 'command') };
  const file = file_path ?? notebook_path;
  // In a rule a path from the root has two slashes.
  if (EDITING.has(toolName)) return { toolName: 'Edit', ruleContent: `/${absolute(exact(file, 'path'))}` };
  if (toolName === 'Read') return { ruleContent: `/${absolute(exact(file, 'path'))}` };
  return {};
}

/** What means itself in a rule, and nothing else. @throws InvalidAnswerError */
function exact(text: unknown, what: string): string {
  if (typeof text !== 'string' || text === '' || /[*?[\]{}\\!]|:$/.test(text))
    throw new InvalidAnswerError(
      `forSession is not possible here: in a rule this ${what} would mean others too; allow it once`,
    );
  return text;
}

/** @throws InvalidAnswerError */
function absolute(file: string): string {
  if (path.isAbsolute(file) && path.normalize(file) === file) return file;
  throw new InvalidAnswerError(
    'forSession is not possible here: the path is not a plain absolute one; allow it once',
  );
}
