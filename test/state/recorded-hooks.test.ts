// Every kind of hook the client was seen to send, from fifteen sessions: the state of its session after each, by hand.

import { expect, test } from 'vitest';
import type { EventDraft } from '../../src/protocol/index.ts';
import { Projection } from '../../src/state/index.ts';
import { makeIntake, makeReconciler } from '../support/agents.ts';
import { recordedPayloads } from '../support/fixtures.ts';

/** `<state> <current tool>`, what is waited for in brackets, the counts, and the subagents; `-` for a session that is over. */
function seen(projection: Projection, sessionId: string): string {
  const session = projection.session(sessionId);
  if (!session) return '-';
  const { prompts, turns, tools, failures } = session.counts;
  const words = (...parts: (string | undefined)[]) => parts.filter(part => part !== undefined).join(' ');
  const waiting = session.pendingPermission ? session.pendingPermission.toolName || 'something' : undefined;
  return [
    words(
      session.state,
      session.currentTool,
      waiting && `[may ${waiting}?]`,
      session.waitingFor && '[asked]',
    ),
    `p${prompts} t${turns} u${tools} f${failures}`,
    ...projection
      .agents()
      .filter(agent => agent.sessionId === sessionId)
      .map(({ agentId, state, currentTool }) => words(agentId.slice(0, 4), state, currentTool)),
  ].join(' | ');
}

/** Hook by hook, ten seconds between them: `<session> <hook>: <state>`. */
function play(): string[] {
  const intake = makeIntake();
  const reconciler = makeReconciler();
  const projection = new Projection();
  const append = (event: EventDraft): void => {
    reconciler.observe(event);
    for (const derived of projection.apply(event)) append(derived);
  };
  return recordedPayloads('claude-code-2.1.329').map((payload, index) => {
    for (const event of reconciler.reconcile(intake(payload, 1_000_000 + 10_000 * index))) append(event);
    const { session_id: sessionId, hook_event_name: hook } = payload;
    return `${sessionId.slice(0, 4)} ${hook}: ${seen(projection, sessionId)}`;
  });
}

test('every one of them', () => {
  expect(play()).toEqual([
    // A whole turn with three tools.
    '8dd9 SessionStart: idle | p0 t0 u0 f0',
    '8dd9 InstructionsLoaded: idle | p0 t0 u0 f0',
    '8dd9 UserPromptSubmit: working | p1 t0 u0 f0',
    '8dd9 MessageDisplay: working | p1 t0 u0 f0',
    '8dd9 PreToolUse: tool_running Bash | p1 t0 u1 f0',
    '8dd9 PostToolUse: working | p1 t0 u1 f0',
    '8dd9 PostToolBatch: working | p1 t0 u1 f0',
    '8dd9 PreToolUse: tool_running Write | p1 t0 u2 f0',
    '8dd9 PostToolUse: working | p1 t0 u2 f0',
    '8dd9 PreToolUse: tool_running Read | p1 t0 u3 f0',
    '8dd9 PostToolUse: working | p1 t0 u3 f0',
    '8dd9 Stop: idle | p1 t1 u3 f0',
    '8dd9 SessionEnd: -',
    // Seen from the middle of a turn on: a result without its use counts as a call all the same.
    'f0ab PreToolUse: tool_running Edit | p0 t0 u1 f0',
    'f0ab PostToolUse: working | p0 t0 u1 f0',
    'f0ab PostToolUseFailure: working | p0 t0 u2 f1',
    'f0ab PreToolUse: tool_running Agent | p0 t0 u3 f1',
    'f0ab SubagentStart: tool_running Agent | p0 t0 u3 f1 | a917 working',
    'f0ab PostToolUse: working | p0 t0 u3 f1 | a917 working',
    'f0ab PreToolUse: working | p0 t0 u4 f1 | a917 tool_running Bash',
    // Of this subagent nobody told the start.
    'f0ab PreToolUse: working | p0 t0 u5 f1 | a917 tool_running Bash | a5fe tool_running Read',
    'f0ab PostToolUseFailure: working | p0 t0 u6 f2 | a917 tool_running Bash | a5fe tool_running Read',
    'f0ab PostToolUse: working | p0 t0 u6 f2 | a917 tool_running Bash | a5fe working',
    'f0ab PostToolUse: working | p0 t0 u7 f2 | a917 tool_running Bash | a5fe working',
    'f0ab PostToolBatch: working | p0 t0 u7 f2 | a917 tool_running Bash | a5fe working',
    // Both of them outlive the turn.
    'f0ab Stop: idle | p0 t1 u7 f2 | a917 tool_running Bash | a5fe working',
    'f0ab SubagentStop: idle | p0 t1 u7 f2 | a917 tool_running Bash',
    'f0ab UserPromptSubmit: working | p1 t1 u7 f2 | a917 tool_running Bash',
    'f0ab PostToolUseFailure: working | p1 t1 u8 f3 | a917 tool_running Bash',
    'ba8e PreToolUse: tool_running EnterWorktree | p0 t0 u1 f0',
    'ba8e PostToolUse: working | p0 t0 u1 f0',
    'ba8e PreToolUse: tool_running ExitWorktree | p0 t0 u2 f0',
    'ba8e PostToolUse: working | p0 t0 u2 f0',
    // Beginnings of every kind: the resumed one begins anew.
    '8dd9 SessionStart: idle | p1 t1 u3 f0',
    'd3ce SessionStart: idle | p0 t0 u0 f0',
    '71c0 Setup: idle | p0 t0 u0 f0',
    'a63c Setup: idle | p0 t0 u0 f0',
    // An MCP server asks the user while its tool runs.
    'ca51 PreToolUse: tool_running mcp__labchan__elicit | p0 t0 u1 f0',
    'ca51 Elicitation: waiting_input mcp__labchan__elicit [asked] | p0 t0 u1 f0',
    'ca51 ElicitationResult: tool_running mcp__labchan__elicit | p0 t0 u1 f0',
    'ca51 Notification: tool_running mcp__labchan__elicit | p0 t0 u1 f0',
    'ca51 PostToolUse: working | p0 t0 u1 f0',
    // Two dialogs, one behind the other: the first is shown.
    '6cd2 PermissionRequest: waiting_permission [may Bash?] | p0 t0 u0 f0',
    '6cd2 PermissionRequest: waiting_permission [may Bash?] | p0 t0 u0 f0',
    'cfef WorktreeCreate: idle | p0 t0 u0 f0',
    '0b33 WorktreeRemove: idle | p0 t0 u0 f0',
    // A notification says that a permission is waited for and not which; what happens beside it does not end that.
    '0508 Notification: waiting_permission [may something?] | p0 t0 u0 f0',
    '0508 CwdChanged: waiting_permission [may something?] | p0 t0 u0 f0',
    '0508 InstructionsLoaded: waiting_permission [may something?] | p0 t0 u0 f0',
    '0508 UserPromptExpansion: waiting_permission [may something?] | p0 t0 u0 f0',
    '0508 StopFailure: idle | p0 t0 u0 f1',
    '0508 StopFailure: idle | p0 t0 u0 f2',
    '0508 FileChanged: idle | p0 t0 u0 f2',
    // The tool that asks a question asks by a dialog for permission.
    '0508 PreToolUse: tool_running AskUserQuestion | p0 t0 u1 f2',
    '0508 PermissionRequest: waiting_input AskUserQuestion [asked] | p0 t0 u1 f2',
    '0508 PostToolUse: working | p0 t0 u1 f2',
    '0508 PreToolUse: tool_running EnterPlanMode | p0 t0 u2 f2',
    '0508 PostToolUse: working | p0 t0 u2 f2',
    '0508 PreToolUse: tool_running ExitPlanMode | p0 t0 u3 f2',
    '0508 PermissionRequest: waiting_permission ExitPlanMode [may ExitPlanMode?] | p0 t0 u3 f2',
    '0508 PostToolUse: working | p0 t0 u3 f2',
    // Whose dialog is open, the notification does not say: the permission is waited for still, as far as anyone knows.
    '0508 PermissionRequest: waiting_permission [may mcp__labchan__elicit?] | p0 t0 u3 f2',
    '0508 Notification: waiting_permission [may mcp__labchan__elicit?] | p0 t0 u3 f2',
    '0508 PreModelSwitch: waiting_permission [may mcp__labchan__elicit?] | p0 t0 u3 f2',
    '0508 PostModelSwitch: waiting_permission [may mcp__labchan__elicit?] | p0 t0 u3 f2',
    '0508 DirectoryAdded: waiting_permission [may mcp__labchan__elicit?] | p0 t0 u3 f2',
    '0508 ConfigChange: waiting_permission [may mcp__labchan__elicit?] | p0 t0 u3 f2',
    '0508 SessionEnd: -',
    // What /clear began, and a compaction in it; its subagent that ends was never known.
    '372b SessionStart: idle | p0 t0 u0 f0',
    '372b PreCompact: idle | p0 t0 u0 f0',
    '372b SubagentStop: idle | p0 t0 u0 f0',
    '372b SessionStart: idle | p0 t0 u0 f0',
    '372b PostCompact: idle | p0 t0 u0 f0',
    '372b InstructionsLoaded: idle | p0 t0 u0 f0',
    '372b Notification: idle | p0 t0 u0 f0',
    '372b SessionEnd: -',
    // A refusal by rule and a prompt by the client itself, each the first thing heard of its session.
    '6538 PermissionDenied: idle | p0 t0 u0 f0',
    '457d UserPromptSubmit: working | p1 t0 u0 f0',
  ]);
});
