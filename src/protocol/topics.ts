// The grammar of topics and of the patterns that select them; the matching itself is the fan-out's.
import { FIXED_LIMITS } from './limits.ts';

/** Why a topic pattern was refused; `message` names the pattern and the rule. */
export class InvalidTopicError extends Error {
  readonly code = 'invalid_topic';
  override readonly name = 'InvalidTopicError';
}

/**
 * The topic of a hook event name: `PreToolUse` → `hook.pre_tool_use`, `BrandNewEvent2027` → `hook.brand_new_event2027`.
 * Names are cut at 64 characters and anything but letters and digits becomes `_`.
 */
export function hookTopic(eventName: string): string {
  const snake = eventName
    .slice(0, 64)
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_');
  return `hook.${snake}`;
}

const GRAMMAR = /^[A-Za-z0-9_\-.*{},]+$/;

/**
 * The plain patterns (no braces) a topic pattern stands for; a lone `*` is `**`, everything.
 * The rules keep the regular expressions made from a pattern linear in practice, so that nobody can buy CPU with a subscription.
 *
 * @throws InvalidTopicError naming the pattern and the rule it breaks.
 */
export function expandPattern(pattern: string): readonly string[] {
  const refuse = (rule: string): never => {
    throw new InvalidTopicError(
      `topic pattern ${JSON.stringify(pattern.slice(0, FIXED_LIMITS.patternLength))}: ${rule}`,
    );
  };
  if (pattern.length === 0) refuse('is empty; use ** for everything');
  if (pattern.length > FIXED_LIMITS.patternLength)
    refuse(`is longer than ${FIXED_LIMITS.patternLength} characters`);
  if (!GRAMMAR.test(pattern)) refuse('may hold letters, digits, _ - . * ** and {a,b} only');
  if (pattern === '*') return ['**'];
  const plain = expandBraces(pattern, refuse);
  for (const alternative of plain) checkPlain(alternative, refuse);
  return plain;
}

function expandBraces(pattern: string, refuse: (rule: string) => never): string[] {
  const open = pattern.indexOf('{');
  if (open < 0) return /[{},]/.test(pattern) ? refuse('has a stray brace or comma') : [pattern];
  const close = pattern.indexOf('}', open);
  const inner = pattern.slice(open + 1, close);
  const head = pattern.slice(0, open);
  if (close < 0 || inner.includes('{') || /[},]/.test(head))
    return refuse('has braces that are nested or not closed');
  const tails =
    pattern.slice(close + 1).includes('{') || /[},]/.test(pattern.slice(close + 1))
      ? expandBraces(pattern.slice(close + 1), refuse)
      : [pattern.slice(close + 1)];
  const all: string[] = [];
  for (const choice of inner.split(',')) {
    for (const tail of tails) all.push(head + choice + tail);
  }
  if (all.length > FIXED_LIMITS.patternAlternatives)
    return refuse(`stands for more than ${FIXED_LIMITS.patternAlternatives} alternatives`);
  return all;
}

// Two stars in a segment can match in many ways, and the ways of all such segments multiply when the rest does not match:
// `*a*` eight times against a topic of 32-letter segments took picomatch 10 seconds. So one such segment is all there may be.
function checkPlain(pattern: string, refuse: (rule: string) => never): void {
  const segments = pattern.split('.');
  if (segments.length > FIXED_LIMITS.patternSegments)
    refuse(`has more than ${FIXED_LIMITS.patternSegments} segments`);
  let globstars = 0;
  let doubles = 0;
  for (const segment of segments) {
    const stars = segment.split('*').length - 1;
    if (segment === '') refuse('has an empty segment');
    if (segment === '**') globstars++;
    else if (segment.includes('**')) refuse('uses ** as a part of a segment; it stands alone between dots');
    else if (stars > 2) refuse('has more than two * in a segment');
    else if (stars === 2) doubles++;
  }
  if (globstars > FIXED_LIMITS.patternGlobstars) refuse(`has more than ${FIXED_LIMITS.patternGlobstars} **`);
  if (doubles > FIXED_LIMITS.patternDoubleStarSegments) refuse('has two * in more than one segment');
}
