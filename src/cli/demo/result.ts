// What comes of a call: what is kept of it, and what the model reads.
import type { Call } from './conversation.ts';
import { freshId } from './ids.ts';
import type { Entry } from './recording.ts';
import type { Session } from './session.ts';
import { filled, type JsonObject } from './shapes.ts';

/** As `kept` and `read`; what the call leaves running is a task of the session from now on. */
export function resultOf(session: Session, call: Call, entry: Entry<'result'>): JsonObject {
  const { denied: reason, refused, error, output = '', from } = entry;
  if (refused) return filled('result refused', {});
  if (reason !== undefined) return filled('result denied', { reason });
  if (error !== undefined) return filled('result error', { output: error });
  const agent = session.agents.get(entry.result)?.agent;
  if (agent) return filled('result subagent', { call, task: session.launch(agent.id, call, agent.model) });
  if (call.input['run_in_background'])
    return filled('result shell', { call, task: session.launch(freshId.task(), call) });
  const { input, name, server } = call;
  const values = { call, output, from, file: fileOf(input, output), patch: patchOf(input) };
  return filled(`result ${server ? 'mcp' : name}`, values);
}

/** A file as it was read, or its part from a line on. */
function fileOf({ offset }: JsonObject, output: string): JsonObject {
  const lines = output.split('\n');
  const from = Number(offset ?? 1);
  const numbered = lines.map((line, index) => `${from + index}\t${line}`).join('\n');
  return { lines: lines.length, from, total: from + lines.length + (from === 1 ? 0 : 60), numbered };
}

function patchOf({ old_string, new_string }: JsonObject): JsonObject {
  const [before, after] = [String(old_string).split('\n'), String(new_string).split('\n')];
  const lines = [...before.map(line => `-${line}`), ...after.map(line => `+${line}`)];
  return { before: before.length, after: after.length, lines };
}
