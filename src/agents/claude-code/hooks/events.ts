// The table of Claude Code's hooks: which event each one is, and where the event's data is found in the payload.

import type { JsonObject } from '../../../json.ts';
import type { EventType } from '../../../protocol/index.ts';
import {
  always,
  amount,
  each,
  flag,
  integer,
  json,
  list,
  type Reader,
  text,
} from '../../flat-payload/fields.ts';
import { CALL, dataReader, type Readers, SESSION, SUBAGENT } from '../../flat-payload/implied.ts';
import { originOf } from './prompt-origin.ts';

/** How one hook becomes an event. */
export interface Row {
  readonly type: EventType;
  /** The event's data; fields the payload lacks are left out, or empty where the type promises them. */
  data(payload: JsonObject): Record<string, unknown>;
}

function row<T extends EventType>(type: T, fields: Readers<T> = {}): Row {
  return { type, data: dataReader(type, fields) };
}

const { input, ...tool } = CALL;
const path = text('file_path');
const trigger = text('trigger');
const lastMessage = text('last_assistant_message');
const model = { from: text('from_model'), to: text('to_model') };
const task = {
  taskId: text('task_id'),
  subject: text('task_subject'),
  description: text('task_description'),
  teammateName: text('teammate_name'),
};
const elicitation = {
  serverName: text('mcp_server_name'),
  mode: text('mode'),
  elicitationId: text('elicitation_id'),
};
const durationMs = amount('duration_ms');
const origin: Reader = ({ prompt }) => (typeof prompt === 'string' ? originOf(prompt) : undefined);

/** Hook event name → its row. Names and fields as observed with Claude Code 2.1.332. A hook that is not here is told as `hook.<event>`. */
export const HOOKS: ReadonlyMap<string, Row> = new Map([
  ['SessionStart', row('session.discovered', SESSION)],
  ['SessionEnd', row('session.removed', { reason: text('reason') })],
  ['UserPromptSubmit', row('prompt.submitted', { prompt: text('prompt'), origin })],
  [
    'UserPromptExpansion',
    row('prompt.expanded', {
      prompt: text('prompt'),
      expansionType: text('expansion_type'),
      commandName: text('command_name'),
      commandArgs: text('command_args'),
      commandSource: text('command_source'),
    }),
  ],
  ['PreToolUse', row('tool.use', CALL)],
  [
    'PostToolUse',
    row('tool.result', { ...tool, success: always(true), durationMs, response: json('tool_response') }),
  ],
  [
    'PostToolUseFailure',
    row('tool.result', {
      ...tool,
      success: always(false),
      durationMs,
      error: text('error'),
      interrupted: flag('is_interrupt'),
    }),
  ],
  ['PostToolBatch', row('tool.batch', { toolUseIds: each('tool_calls', 'tool_use_id') })],
  [
    'PreSkillShellCommand',
    row('skill.command', {
      ...tool,
      input,
      commandName: text('command_name'),
      commandSource: text('command_source'),
      invokedBy: text('invoked_by'),
    }),
  ],
  [
    'PermissionRequest',
    row('permission.requested', {
      toolName: tool.toolName,
      input,
      suggestions: list('permission_suggestions'),
    }),
  ],
  ['PermissionDenied', row('permission.denied', { ...tool, input, reason: text('reason') })],
  ['SubagentStart', row('agent.started', SUBAGENT)],
  ['SubagentStop', row('agent.stopped', { ...SUBAGENT, lastMessage })],
  ['Stop', row('turn.completed', { lastMessage, backgroundTasks: list('background_tasks') })],
  [
    'StopFailure',
    row('turn.failed', { error: text('error'), errorDetails: text('error_details'), lastMessage }),
  ],
  [
    'Notification',
    row('session.notification', {
      message: text('message'),
      notificationType: text('notification_type'),
      title: text('title'),
    }),
  ],
  ['PreCompact', row('context.compacting', { trigger, customInstructions: text('custom_instructions') })],
  ['PostCompact', row('context.compacted', { trigger, summary: text('compact_summary') })],
  ['PreModelSwitch', row('model.switching', model)],
  ['PostModelSwitch', row('model.switched', model)],
  ['TaskCreated', row('task.created', task)],
  ['TaskCompleted', row('task.completed', task)],
  ['TeammateIdle', row('teammate.idle', { teammateName: task.teammateName })],
  [
    'Elicitation',
    row('elicitation.requested', {
      ...elicitation,
      message: text('message'),
      url: text('url'),
      requestedSchema: json('requested_schema'),
    }),
  ],
  [
    'ElicitationResult',
    row('elicitation.answered', { ...elicitation, action: text('action'), content: json('content') }),
  ],
  ['CwdChanged', row('cwd.changed', { oldCwd: text('old_cwd'), newCwd: text('new_cwd') })],
  ['FileChanged', row('file.changed', { path, changeType: text('event') })],
  ['DirectoryAdded', row('directory.added', { path: text('directory'), addedBy: text('source') })],
  ['ConfigChange', row('config.changed', { path, configSource: text('source') })],
  [
    'InstructionsLoaded',
    row('instructions.loaded', {
      path,
      memoryType: text('memory_type'),
      loadReason: text('load_reason'),
      triggerPath: text('trigger_file_path'),
    }),
  ],
  ['WorktreeRemove', row('worktree.removed', { path: text('worktree_path') })],
  ['Setup', row('setup.run', { trigger })],
  [
    'MessageDisplay',
    row('message.displayed', {
      turnId: text('turn_id'),
      messageId: text('message_id'),
      index: integer('index'),
      final: flag('final'),
      delta: text('delta'),
    }),
  ],
]);
