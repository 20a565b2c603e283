// What runs on in the background: subagents with conversations of their own, commands, and the news of their end.

import { notificationBody, taskBody } from '../claude/lines.ts';
import { Scene, type Step } from '../scene.ts';
import type { Model } from '../usage.ts';
import type { Call, Outcome, Use } from './call.ts';
import { answer, beginTurn } from './turn.ts';

/** Where a subagent's context starts: it sees less than the one who sent it. */
const SUBAGENT_CONTEXT = 8_600;

/** What a subagent is sent to do, and how. */
export interface Errand {
  /** `Explore`, `general-purpose`, ... */
  readonly type: string;
  readonly model: Model;
  /** In a few words. */
  readonly description: string;
  readonly prompt: string;
  readonly steps: readonly Step[];
  /** Its last words. */
  readonly report: string;
}

/** A subagent is sent off; the turn goes on without it. */
export function agent(errand: Errand): Call {
  const { type, description, prompt } = errand;
  return {
    name: 'Agent',
    input: { description, prompt, subagent_type: type },
    takes: 0.02,
    outcome: (scene, use) => sendOff(scene, use, errand),
  };
}

function sendOff(scene: Scene, use: Use, errand: Errand): Outcome {
  const { session } = scene;
  const { type, model, description, prompt, steps, report } = errand;
  const role = { id: session.telling.ids.agent(), type, model };
  const sub = new Scene(session, use.at + 0.01, SUBAGENT_CONTEXT, role);
  sub.hook('SubagentStart');
  noteOn(sub, use, description, false);
  sub.line(taskBody(prompt));
  sub.context.hear(prompt);
  sub.run(steps);
  answer(sub, report, []);
  sub.pass(0.05);
  const endsAt = sub.at;
  const outputFile = outputOf(scene, role.id);
  session.tasks.push({
    id: role.id,
    toolUseId: use.id,
    description,
    kind: 'subagent',
    listed: { agent_type: type },
    endsAt,
    notification: notification(use.id, role.id, outputFile, `Agent "${description}" finished`, [
      `<result>${report}</result>`,
      `<usage><subagent_tokens>${sub.context.size}</subagent_tokens><tool_uses>${sub.calls}</tool_uses><duration_ms>${session.ms(endsAt - use.at, endsAt)}</duration_ms></usage>`,
    ]),
  });
  sub.hook('SubagentStop', {
    stop_hook_active: false,
    agent_transcript_path: session.subagentPath(role.id),
    last_assistant_message: report,
    background_tasks: [],
    session_crons: [],
  });
  noteOn(sub, use, description, true);
  const response = {
    isAsync: true,
    status: 'async_launched',
    agentId: role.id,
    description,
    resolvedModel: model,
    prompt,
    outputFile,
    canReadOutputFile: true,
    canContinueAgent: true,
  };
  return {
    response,
    read: [{ type: 'text', text: `Async agent launched successfully.\nagentId: ${role.id}` }],
  };
}

/** What Claude Code notes about a subagent beside its transcript. */
function noteOn(scene: Scene, { id }: Use, description: string, finished: boolean): void {
  const { session, role, at } = scene;
  if (!role) return;
  const note = {
    agentType: role.type,
    isBuiltIn: true,
    description,
    toolUseId: id,
    spawnDepth: 1,
    requestShape: 'background',
    model: role.model,
    ...(finished ? { finished } : {}),
  };
  session.add({ at, file: session.subagentPath(role.id).replace(/\.jsonl$/, '.meta.json'), note });
}

/** A command that runs for so many seconds in the background, and what it says in the end. */
export function background(command: string, description: string, seconds: number): Call {
  return {
    name: 'Bash',
    input: { command, description, run_in_background: true },
    takes: 0.03,
    outcome: (scene, use) => launch(scene, use, seconds),
  };
}

function launch(scene: Scene, use: Use, seconds: number): Outcome {
  const { session } = scene;
  const id = session.telling.ids.task();
  const { command, description } = use.call.input as { command: string; description: string };
  const outputFile = outputOf(scene, id);
  session.tasks.push({
    id,
    toolUseId: use.id,
    description,
    kind: 'shell',
    listed: { command },
    endsAt: use.at + seconds,
    notification: notification(
      use.id,
      id,
      outputFile,
      `Background command "${description}" completed (exit code 0)`,
    ),
  });
  const none = { stdout: '', stderr: '', interrupted: false, isImage: false, noOutputExpected: false };
  const read = `Command running in background with ID: ${id}. Output is being written to: ${outputFile}.`;
  return { response: { ...none, backgroundTaskId: id }, read };
}

/** The end of what runs under this description wakes the session; waits for it, if it is still to come. */
export function hear(description: string): Step {
  return scene => {
    const { session } = scene;
    const task = session.tasks.find(one => one.description === description);
    if (task === undefined) throw new Error(`demo: nothing runs in the background as "${description}"`);
    scene.at = Math.max(scene.at, task.endsAt + 0.1);
    beginTurn(scene);
    scene.hook('UserPromptSubmit', { prompt: task.notification });
    scene.line(notificationBody(task.notification, session.permissionMode), scene.at + 0.01);
    scene.context.receive(task.notification);
  };
}

function notification(
  toolUseId: string,
  id: string,
  outputFile: string,
  summary: string,
  more: readonly string[] = [],
): string {
  return [
    '<task-notification>',
    `<task-id>${id}</task-id>`,
    `<tool-use-id>${toolUseId}</tool-use-id>`,
    `<output-file>${outputFile}</output-file>`,
    '<status>completed</status>',
    `<summary>${summary}</summary>`,
    ...more,
    '</task-notification>',
  ].join('\n');
}

function outputOf({ session }: Scene, id: string): string {
  return `/tmp/claude-1000/${session.cwd.replaceAll(/[/.]/g, '-')}/${session.id}/tasks/${id}.output`;
}
