// How one tool call goes: asked for, allowed or not, run, and told by hooks and transcript.
import type { JsonObject } from '../beat.ts';
import { interruptedBody, resultBody } from '../claude/lines.ts';
import type { Scene } from '../scene.ts';

/** What came of a call: what Claude Code keeps of it and what the model reads, or what went wrong. */
export type Outcome =
  | { readonly response: unknown; readonly read: string | readonly JsonObject[] }
  | { readonly error: string };

/** Whether a call may be run, where that is not clear from the start. */
export type Permission =
  /** A dialog is open for so many seconds, then the user answers, or is not there. */
  | { readonly asks: number; readonly answer: 'yes' | 'no' | 'none'; readonly rules: readonly JsonObject[] }
  /** Auto mode refuses, for this reason. */
  | { readonly denied: string };

/** What an MCP server asks the user while its tool runs. */
export interface Question {
  readonly message: string;
  readonly schema: JsonObject;
  readonly answer: JsonObject;
  /** Seconds until the user answers. */
  readonly after: number;
}

export interface Call {
  readonly name: string;
  readonly input: JsonObject;
  /** Seconds the tool runs. */
  readonly takes: number;
  /** Known beforehand, or made when the call is run. */
  readonly outcome: Outcome | ((scene: Scene, use: Use) => Outcome);
  readonly permission?: Permission;
  readonly question?: Question;
  /** The MCP server whose tool it is. */
  readonly server?: string;
}

/** A call under way. */
export interface Use {
  readonly call: Call;
  readonly id: string;
  /** When it was asked for, in seconds. */
  readonly at: number;
}

/** When a call was over and what came of it; nothing, when the user said no or nothing at all, and the turn ends there. */
export interface Done {
  readonly at: number;
  readonly outcome?: Outcome;
}

/** Seconds after which an open dialog is worth a notification. */
const NOTICED_AFTER = 6;

const REFUSED =
  "The user doesn't want to proceed with this tool use. The tool use was rejected (eg. if it was a file edit, the new_string was NOT written to the file). STOP what you are doing and wait for the user to tell you how to proceed.";
const DENIED = 'Permission for this action was denied by the Claude Code auto mode classifier. Reason: ';

/** Tells a call from the moment the model asked for it. */
export function perform(scene: Scene, use: Use): Done {
  const { call, at } = use;
  scene.hook('PreToolUse', { ...named(use), ...ofServer(call) }, at);
  const { permission } = call;
  if (permission === undefined) return run(scene, use, at + 0.02);
  if ('denied' in permission) return deny(scene, use, permission.denied);
  const { asks, answer, rules } = permission;
  const { name, input } = call;
  const request = { tool_name: name, tool_input: input, permission_suggestions: rules };
  scene.hook('PermissionRequest', request, at + 0.05);
  if (asks > NOTICED_AFTER) {
    const fields = { message: 'Claude needs your permission', notification_type: 'permission_prompt' };
    scene.hook('Notification', fields, at + NOTICED_AFTER);
  }
  if (answer === 'yes') return run(scene, use, at + asks);
  return answer === 'no' ? refuse(scene, use, at + asks) : { at: at + asks };
}

function run(scene: Scene, use: Use, from: number): Done {
  const { call } = use;
  const ready = call.question ? ask(scene, call, call.question, from + 0.3) : from;
  const at = ready + call.takes;
  const outcome = typeof call.outcome === 'function' ? call.outcome(scene, use) : call.outcome;
  const duration_ms = scene.session.ms(call.takes, at);
  if ('error' in outcome) {
    const { error } = outcome;
    scene.hook('PostToolUseFailure', { ...named(use), error, is_interrupt: false, duration_ms }, at);
    scene.line(resultBody(use.id, error, `Error: ${error}`, true), at + 0.01);
  } else {
    const { response, read } = outcome;
    const fields = { ...named(use), tool_response: response, duration_ms, ...ofServer(call) };
    scene.hook('PostToolUse', fields, at);
    scene.line(resultBody(use.id, read, response, false), at + 0.01);
  }
  return { at: at + 0.02, outcome };
}

/** The user says no: no hook tells of it, the transcript does. */
function refuse(scene: Scene, { id }: Use, at: number): Done {
  const more = { toolDenialKind: 'user-rejected', toolDenialBeforeRun: true };
  scene.line(resultBody(id, REFUSED, 'User rejected tool use', true, more), at);
  scene.line(interruptedBody(), at + 0.01);
  return { at: at + 0.02 };
}

function deny(scene: Scene, use: Use, reason: string): Done {
  const at = use.at + 0.6;
  scene.hook('PermissionDenied', { ...named(use), reason }, at);
  const error = `${DENIED}${reason}`;
  scene.line(resultBody(use.id, error, `Error: ${error}`, true, { toolDenialKind: 'automode' }), at + 0.01);
  return { at: at + 0.02, outcome: { error } };
}

function ask(scene: Scene, { server }: Call, question: Question, at: number): number {
  const { message, schema, answer, after } = question;
  const asked = { mcp_server_name: server, mode: 'form' };
  scene.hook('Elicitation', { ...asked, message, requested_schema: schema }, at);
  const waiting = { message: 'Claude Code needs your input', notification_type: 'elicitation_dialog' };
  if (after > NOTICED_AFTER) scene.hook('Notification', waiting, at + NOTICED_AFTER);
  const answered = at + after;
  scene.hook('ElicitationResult', { ...asked, action: 'accept', content: answer }, answered);
  const response = {
    message: `Elicitation response for server "${server}": accept`,
    notification_type: 'elicitation_response',
  };
  scene.hook('Notification', response, answered + 0.02);
  return answered + 0.05;
}

function named({ call, id }: Use): JsonObject {
  return { tool_name: call.name, tool_input: call.input, tool_use_id: id };
}

function ofServer({ server }: Call): JsonObject {
  return server === undefined ? {} : { mcp_server: { name: server, source: 'project' } };
}
