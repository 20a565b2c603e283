// Steps of a turn: somebody asks, the model answers with words and tool calls, and the turn ends in some way.

import type { JsonObject } from '../beat.ts';
import {
  type ApiMessage,
  apiErrorBody,
  blockBody,
  commandBodies,
  promptBody,
  turnDurationBody,
} from '../claude/lines.ts';
import type { Scene, Step } from '../scene.ts';
import { TOKENS_A_SECOND, tokensOf } from '../usage.ts';
import { type Call, type Done, type Outcome, perform } from './call.ts';

/** The user types something. */
export function prompt(words: string): Step {
  return scene => {
    beginTurn(scene);
    scene.hook('UserPromptSubmit', { prompt: words });
    scene.line(promptBody(words, scene.session.permissionMode), scene.at + 0.01);
    scene.context.hear(words);
  };
}

/** The user types a slash command of the project, which stands for more words. */
export function command(name: string, args: string, meaning: string): Step {
  return scene => {
    const typed = `/${name} ${args}`;
    beginTurn(scene);
    scene.hook('UserPromptSubmit', { prompt: typed });
    const fields = { command_name: name, command_args: args, command_source: 'projectSettings' };
    scene.hook('UserPromptExpansion', { expansion_type: 'slash_command', ...fields, prompt: typed });
    for (const body of commandBodies(name, args, meaning)) scene.line(body, scene.at + 0.01);
    scene.context.hear(meaning);
  };
}

/** The model thinks for so many seconds before it goes on. */
export function think(seconds: number): Step {
  return scene => {
    scene.pass(seconds);
    scene.thought += seconds;
  };
}

/** One answer of the model: words if there are any, and calls, all of them at once. */
export function act(first: string | Call, ...more: readonly Call[]): Step {
  return scene => {
    const words = typeof first === 'string' ? first : '';
    const calls = typeof first === 'string' ? more : [first, ...more];
    const message = answer(scene, words, calls);
    const uses = calls.map((call, index) => {
      const id = scene.session.telling.ids.call();
      const at = scene.at + index * 0.04;
      scene.line(blockBody(toolUse(call, id), index + (words === '' ? 0 : 1), message), at);
      return { call, id, at: at + 0.02 };
    });
    scene.calls += uses.length;
    const done = uses.map(use => perform(scene, use));
    scene.at = Math.max(...done.map(({ at }) => at));
    if (done.some(({ outcome }) => outcome === undefined)) return;
    const read = done.map(({ outcome }: Done) => readOf(outcome));
    for (const text of read) scene.context.receive(typeof text === 'string' ? text : JSON.stringify(text));
    const toolCalls = uses.map(({ call, id }, index) => ({
      tool_name: call.name,
      tool_input: call.input,
      tool_use_id: id,
      tool_response: read[index],
    }));
    scene.hook('PostToolBatch', { tool_calls: toolCalls });
  };
}

/** The last words of a turn. */
export function done(words: string): Step {
  return scene => {
    answer(scene, words, []);
    scene.pass(0.05);
    const { session } = scene;
    scene.hook('Stop', {
      stop_hook_active: false,
      last_assistant_message: words,
      background_tasks: backgroundTasks(scene),
      session_crons: [],
    });
    scene.line(turnDurationBody(session.ms(scene.at - scene.turnBegan, scene.at)), scene.at + 0.02);
  };
}

/** The API gives no answer, and the turn ends. */
export function apiError(after: number): Step {
  return scene => {
    scene.pass(after);
    const words =
      'API Error: 529 Overloaded. This is a server-side issue, usually temporary — try again in a moment.';
    scene.line(apiErrorBody(words, scene.session.telling.ids.uuid()));
    scene.pass(0.05);
    scene.hook('StopFailure', { error: 'server_error', last_assistant_message: words });
  };
}

/** A new prompt id, and the clock of the turn. */
export function beginTurn(scene: Scene): void {
  scene.session.promptId = scene.session.telling.ids.uuid();
  scene.turnBegan = scene.at;
}

/** The model writes a message; its words are in the transcript, its calls are up to the caller. */
export function answer(scene: Scene, words: string, calls: readonly Call[]): ApiMessage {
  const inputs = calls.map(({ input }) => JSON.stringify(input)).join('');
  const written = tokensOf(words + inputs);
  const thought = Math.round(scene.thought * TOKENS_A_SECOND);
  scene.thought = 0;
  scene.pass(FIRST_TOKEN + written / TOKENS_A_SECOND);
  const message: ApiMessage = {
    id: scene.session.telling.ids.message(),
    model: scene.model,
    stopReason: calls.length > 0 ? 'tool_use' : 'end_turn',
    tokens: scene.answer(written + thought),
  };
  if (words !== '') scene.line(blockBody({ type: 'text', text: words }, 0, message));
  return message;
}

/** Seconds until a model says its first word. */
const FIRST_TOKEN = 1.1;

function toolUse({ name, input }: Call, id: string): JsonObject {
  return { type: 'tool_use', id, name, input };
}

/** What the model reads of an outcome. */
function readOf(outcome: Outcome | undefined): unknown {
  if (outcome === undefined) return '';
  return 'error' in outcome ? outcome.error : outcome.read;
}

function backgroundTasks({ session, at }: Scene): JsonObject[] {
  return session.tasks
    .filter(({ endsAt }) => endsAt > at)
    .map(({ id, kind, description, listed }) => ({
      id,
      type: kind,
      status: 'running',
      description,
      ...listed,
    }));
}
