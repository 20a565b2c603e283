// `--where`: an expression of CEL (the Common Expression Language, https://cel.dev) that chooses among events. It can read and compare, nothing else.
import { Environment, EvaluationError, type ParseError } from '@marcbachmann/cel-js';
import type { EventEnvelope } from '../../protocol/index.ts';
import { UsageError } from '../failure.ts';

/** Says whether an event is wanted. A field that is not there makes the answer no; `has(data.field)` asks whether it is. */
export type Where = (event: EventEnvelope) => boolean;

const ENVIRONMENT = new Environment()
  .registerVariable('topic', 'string')
  .registerVariable('sessionId', 'string')
  .registerVariable('agentId', 'string')
  .registerVariable('source', 'string')
  .registerVariable('seq', 'double')
  .registerVariable('timestamp', 'double')
  .registerVariable('data', 'map')
  .registerVariable('event', 'map');

/**
 * Compiles an expression.
 *
 * @param onOdd told, once, of an event for which the expression has no answer: a text compared with a number, say
 * @throws UsageError that names the column and what is wrong there.
 */
export function compileWhere(text: string, onOdd: (event: EventEnvelope, why: string) => void): Where {
  const evaluate = parse(text);
  let told = false;
  return event => {
    let why: string;
    try {
      const answer = answerTo(evaluate, event);
      if (typeof answer === 'boolean') return answer;
      why = 'it gives something else than true or false';
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      if (error.code === 'no_such_key') return false;
      why = error.summary;
    }
    if (!told) onOdd(event, why);
    told = true;
    return false;
  };
}

type Evaluate = (context: Record<string, unknown>) => unknown;

/** The package knows an object by its constructor, and one from outside may have a key of that name. */
function answerTo(evaluate: Evaluate, event: EventEnvelope): unknown {
  try {
    return evaluate(contextOf(event));
  } catch (error) {
    if (!(error instanceof EvaluationError) || error.code !== 'unsupported_type') throw error;
    const { data, ...rest } = event;
    const maps = inMaps(data);
    return evaluate({ ...contextOf(event), data: maps, event: { ...rest, data: maps } });
  }
}

function inMaps(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inMaps);
  if (typeof value !== 'object' || value === null) return value;
  return new Map(Object.entries(value).map(([key, one]) => [key, inMaps(one)]));
}

function parse(text: string): Evaluate {
  try {
    const parsed = ENVIRONMENT.parse(text);
    const { error, type = 'dyn' } = parsed.check();
    if (error !== undefined) throw error;
    if (type !== 'bool' && type !== 'dyn') {
      throw new UsageError(`--where ${JSON.stringify(text)} gives ${type}, but it must give true or false`);
    }
    return parsed;
  } catch (error) {
    if (error instanceof UsageError || !isOfCel(error)) throw error;
    const column = (error.range?.start ?? 0) + 1;
    const what = error.summary.charAt(0).toLowerCase() + error.summary.slice(1);
    throw new UsageError(`--where ${JSON.stringify(text)}: ${what} (column ${column})${hint(error)}`, {
      cause: error,
    });
  }
}

/** The package's own type errors are no subclass of what JavaScript calls a TypeError. */
function isOfCel(error: unknown): error is ParseError | EvaluationError {
  return error instanceof Error && 'summary' in error && 'code' in error;
}

function hint({ code, summary, node }: ParseError | EvaluationError): string {
  if (code === 'unknown_variable')
    return '; there are topic, data, sessionId, agentId, source, seq, timestamp and event';
  if (summary.includes(': type ')) return "; an event's type is called topic here";
  return code === 'unexpected_character' && node?.input?.[node.pos] === '=' ? '; equality is ==' : '';
}

function contextOf(event: EventEnvelope): Record<string, unknown> {
  const { type, sessionId, agentId = '', source, seq, timestamp, data } = event;
  return { topic: type, sessionId, agentId, source, seq, timestamp, data, event };
}
