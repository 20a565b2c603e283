// What a PermissionRequest of Claude Code asks, and the forms of an answer that really close its dialog (all observed with 2.1.332).
import { type Asked, InvalidAnswerError } from '../../../approvals/index.ts';
import { isObject, type JsonObject } from '../../../json.ts';
import type { Answer, ApprovalKind } from '../../../protocol/index.ts';
import type { HookPayload } from '../../flat-payload/payload.ts';
import { answersOf } from './question-answers.ts';
import { sessionRule } from './session-rule.ts';

/** Tools whose permission is the answer to something else. */
const KINDS: ReadonlyMap<string, ApprovalKind> = new Map([
  ['AskUserQuestion', 'question'],
  ['ExitPlanMode', 'plan'],
]);
/** Where the tools that are about a file have its path. */
const PATHS = ['file_path', 'notebook_path', 'path'] as const;
const NO = 'The user said no.';

/** Undefined for every other hook, and for a request that does not say what it is about. */
export function askedBy(payload: HookPayload): Asked | undefined {
  const { tool_name: toolName, tool_input: input, permission_suggestions: suggestions } = payload;
  if (payload.hook_event_name !== 'PermissionRequest') return undefined;
  if (typeof toolName !== 'string' || toolName === '' || !isObject(input)) return undefined;
  const { cwd, permission_mode: permissionMode } = payload;
  const { command } = input;
  const path = PATHS.map(name => input[name]).find(value => typeof value === 'string');
  const kind = KINDS.get(toolName) ?? 'permission';
  return {
    kind,
    toolName,
    input,
    ...(Array.isArray(suggestions) ? { suggestions } : {}),
    ...(typeof cwd === 'string' ? { cwd } : {}),
    ...(typeof permissionMode === 'string' ? { permissionMode } : {}),
    ...(typeof command === 'string' ? { command } : {}),
    ...(typeof path === 'string' ? { path } : {}),
    say: answer => output(decisionOf(kind, toolName, input, answer)),
  };
}

function output(decision: JsonObject): object {
  return { hookSpecificOutput: { hookEventName: 'PermissionRequest', decision } };
}

/** @throws InvalidAnswerError */
function decisionOf(kind: ApprovalKind, toolName: string, input: JsonObject, answer: Answer): JsonObject {
  if (answer.behavior === 'deny') {
    refuse(answer, ['updatedInput', 'forSession', 'answers', 'mode'], 'a refusal has nothing but a message');
    return { behavior: 'deny', message: answer.message?.trim() || NO };
  }
  refuse(answer, ['message'], 'a message goes with deny only; the model would not be told it');
  switch (kind) {
    case 'question':
      refuse(answer, ['updatedInput', 'forSession', 'mode'], 'a question is answered with answers');
      // A bare `allow` leaves the dialog open.
      return { behavior: 'allow', updatedInput: { ...input, answers: answersOf(input, answer.answers) } };
    case 'plan':
      refuse(answer, ['updatedInput', 'forSession', 'answers'], 'a plan is accepted as it is, with a mode');
      // As it came, or the dialog stays open.
      return {
        behavior: 'allow',
        updatedInput: input,
        ...(answer.mode === undefined
          ? {}
          : { updatedPermissions: [{ type: 'setMode', mode: answer.mode, destination: 'session' }] }),
      };
    case 'permission': {
      refuse(answer, ['answers', 'mode'], 'a tool is asked for, which has no options to choose from');
      const { updatedInput, forSession } = answer;
      if (forSession && updatedInput)
        throw new InvalidAnswerError(
          'forSession is for what was asked, and cannot be together with another input; allow that one once',
        );
      return {
        behavior: 'allow',
        ...(updatedInput === undefined ? {} : { updatedInput }),
        ...(forSession ? { updatedPermissions: [sessionRule(toolName, input)] } : {}),
      };
    }
  }
}

/** @throws InvalidAnswerError, for what the answer cannot have */
function refuse(answer: Answer, names: readonly (keyof Answer)[], why: string): void {
  const wrong = names.find(name => answer[name] !== undefined && answer[name] !== false);
  if (wrong !== undefined) throw new InvalidAnswerError(`${wrong} does not fit: ${why}`);
}
