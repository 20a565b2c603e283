// What a call changed or put out, unfolded in the conversation: asked for when somebody wants to see it, and not before.
import type { EventEnvelope } from '../../src/protocol/index.ts';
import { changeOf, isChange, patchOf } from '../../src/story/change.ts';
import { missingWords } from '../../src/story/missing.ts';
import { outputOf } from '../../src/story/output.ts';
import { changeNode } from '../design/change.ts';
import { el } from '../design/dom.ts';
import { folded } from '../design/fold.ts';
import { textOf } from '../design/text.ts';
import { errorText } from '../design/words.ts';
import { getEvents } from '../live/api.ts';
import type { CallItem } from './items.ts';

/** Lines of a change that are shown at first; of an output as many as anywhere. */
const LINES = 40;

/** The nodes of a call, as the log has it. @throws as `getEvents` does */
export async function detailOf({ seq, resultSeq }: CallItem, signal: AbortSignal): Promise<HTMLElement[]> {
  const at = async (one: number): Promise<EventEnvelope | undefined> =>
    (await getEvents({ after: one - 1, before: one + 1, limit: 1 }, signal)).events[0];
  const [first, end = first] = await Promise.all([
    at(seq),
    resultSeq === undefined || resultSeq === seq ? undefined : at(resultSeq),
  ]);
  if (first === undefined && end === undefined) return [words('The log has nothing of it any more.')];
  return nodesOf(first, end?.type === 'tool.result' ? end : undefined);
}

function nodesOf(use: EventEnvelope | undefined, result: EventEnvelope | undefined): HTMLElement[] {
  const { toolName, input } = use?.data ?? result?.data ?? {};
  const { response, error } = result?.data ?? {};
  const tool = textOf(toolName);
  const change = isChange(tool) ? (patchOf(response) ?? changeOf(tool, input)) : undefined;
  if (change !== undefined) return [changeNode(change, LINES), ...missing(change)];
  const outputs = outputOf(response);
  if (error !== undefined) outputs.push({ name: 'error', text: errorText(error) });
  if (outputs.length === 0) return [words('It put out nothing.')];
  return outputs.flatMap(({ name, text }) => [
    ...(name === '' ? [] : [words(name)]),
    folded(text),
    ...missing(text),
  ]);
}

const words = (text: string): HTMLElement => el('p.faint.tiny', {}, text);

function missing(text: string): HTMLElement[] {
  const said = missingWords(text);
  return said === '' ? [] : [words(said)];
}
