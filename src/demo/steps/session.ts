// Steps of a session's life: it starts, is resumed, cleared, compacted, left; and time passes.
import { compactBodies } from '../claude/lines.ts';
import type { Scene, Step } from '../scene.ts';
import type { Model } from '../usage.ts';

/** Nothing happens for so many seconds. */
export function wait(seconds: number): Step {
  return scene => scene.pass(seconds);
}

/** Nothing happens before this second of the story. */
export function until(second: number): Step {
  return scene => {
    scene.at = Math.max(scene.at, second);
  };
}

/** `claude` is typed in a terminal. */
export function start(): Step {
  return scene => {
    scene.session.live = true;
    scene.hook('SessionStart', { source: 'startup', model: scene.model });
    loadInstructions(scene, 'session_start');
  };
}

/** `claude --resume`, with all that was said before. */
export function resume(): Step {
  return scene => {
    const { context, session } = scene;
    session.live = true;
    scene.hook('SessionStart', {
      source: 'resume',
      seconds_since_last_response: 61_200,
      context_tokens: context.size,
      prompt_cache_likely_expired: true,
      estimated_cache_write_usd: Math.round(context.size * 0.05) / 10_000,
    });
    loadInstructions(scene, 'session_start');
  };
}

/** `/exit`. */
export function leave(): Step {
  return scene => end(scene, 'prompt_input_exit');
}

/** `/clear`: the session ends, and the terminal goes on with a new one. */
export function clear(): Step {
  return scene => {
    const { session } = scene;
    end(scene, 'clear');
    session.renew(scene.at);
    session.live = true;
    session.promptId = undefined;
    scene.forget();
    scene.pass(0.2);
    scene.hook('SessionStart', { source: 'clear' });
    loadInstructions(scene, 'session_start');
  };
}

function end(scene: Scene, reason: string): void {
  const { session } = scene;
  scene.hook('SessionEnd', { reason });
  session.settle(scene.at + 0.1);
  session.live = false;
}

/** The context is full: a summary takes its place, which takes so many seconds. */
export function compact(summary: string, takes: number): Step {
  return scene => {
    const { session } = scene;
    const before = scene.context.size;
    scene.hook('PreCompact', { trigger: 'auto', custom_instructions: null });
    scene.pass(takes);
    const agentId = session.telling.ids.agent();
    // The one that summarizes is a subagent without a type that nobody saw starting.
    scene.hook('SubagentStop', {
      agent_id: agentId,
      agent_type: '',
      stop_hook_active: false,
      agent_transcript_path: session.subagentPath(agentId),
      last_assistant_message: summary,
      background_tasks: [],
      session_crons: [],
    });
    scene.context.compact(9_800);
    for (const body of compactBodies('auto', before, scene.context.size, summary)) scene.line(body);
    scene.pass(0.1);
    scene.hook('SessionStart', { prompt_id: session.promptId, source: 'compact', model: scene.model });
    scene.pass(0.1);
    scene.hook('PostCompact', { trigger: 'auto', compact_summary: summary });
    loadInstructions(scene, 'compact');
  };
}

/** `/model`. */
export function switchModel(to: Model): Step {
  return scene => {
    const fields = {
      from_model: scene.model,
      to_model: to,
      requested_model: to.split('-')[1] ?? to,
      source: 'command',
      context_tokens: scene.context.size,
      prompt_cache_warm: true,
      cache_ttl: '5m',
      estimated_cache_write_usd: Math.round(scene.context.size * 0.025) / 10_000,
      pricing: 'catalog',
    };
    scene.hook('PreModelSwitch', fields);
    scene.pass(0.3);
    scene.hook('PostModelSwitch', fields);
    scene.session.model = to;
  };
}

/** Nobody answered for a while, and Claude Code says so. */
export function nudge(): Step {
  return scene => {
    scene.hook('Notification', {
      message: 'Claude is waiting for your input',
      notification_type: 'idle_prompt',
    });
  };
}

function loadInstructions(scene: Scene, reason: string): void {
  scene.pass(0.2);
  scene.hook('InstructionsLoaded', {
    file_path: `${scene.session.cwd}/CLAUDE.md`,
    memory_type: 'Project',
    load_reason: reason,
  });
}
