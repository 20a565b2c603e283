// Topic patterns as the daemon understands them: `*` within a segment, `**` any number of segments, `{a,b}` a choice.
// They only choose what this page shows; a test holds them against the daemon's own.

/** Topics remembered, at most; anybody may make up new ones. */
const KNOWN = 1000;

const GRAMMAR = /^[A-Za-z0-9_\-.*{},]+$/;

/** Splits what was typed at spaces and commas, but not at commas within braces. */
export const patternsIn = text => text.split(/[\s,]+(?![^{}]*\})/).filter(one => one !== '');

/**
 * A function that says whether a topic matches one of the patterns typed; nothing typed is everything.
 *
 * @throws Error that names the pattern and the rule it breaks.
 */
export function compilePatterns(text) {
  const patterns = patternsIn(text).map(compile);
  /** There are few topics and many events. */
  const known = new Map();
  return topic => {
    if (patterns.length === 0) return true;
    let fits = known.get(topic);
    if (fits === undefined) {
      fits = patterns.some(matches => matches(topic));
      if (known.size < KNOWN) known.set(topic, fits);
    }
    return fits;
  };
}

function compile(pattern) {
  const refuse = rule => {
    throw new Error(`${pattern.slice(0, 40)} ${rule}`);
  };
  if (pattern.length > 128) refuse('is longer than 128 characters');
  if (!GRAMMAR.test(pattern)) refuse('may hold letters, digits, _ - . * and {a,b} only');
  if (pattern === '*') return () => true;
  const segments = choices(pattern, refuse).map(plain => plain.split('.'));
  for (const list of segments) check(list, refuse);
  return topic => {
    const words = topic.split('.');
    return segments.some(list => fits(list, words));
  };
}

function choices(pattern, refuse) {
  const [, head, inner, tail] = /^([^{},]*)\{([^{}]*)\}(.*)$/.exec(pattern) ?? [];
  if (head === undefined) return /[{},]/.test(pattern) ? refuse('has a stray brace or comma') : [pattern];
  const tails = choices(tail, refuse);
  const all = inner.split(',').flatMap(choice => tails.map(rest => head + choice + rest));
  return all.length > 32 ? refuse('stands for more than 32 alternatives') : all;
}

function check(segments, refuse) {
  const stars = segments.map(segment => segment.split('*').length - 1);
  const globstars = segments.filter(segment => segment === '**').length;
  if (segments.length > 16) refuse('has more than 16 segments');
  if (segments.includes('')) refuse('has an empty segment');
  if (segments.some(segment => segment !== '**' && segment.includes('**')))
    refuse('uses ** within a segment');
  if (stars.some(count => count > 2)) refuse('has more than two * in a segment');
  if (globstars > 2) refuse('has more than two **');
  if (stars.filter(count => count === 2).length - globstars > 1) refuse('has two * in more than one segment');
}

function fits(pattern, words) {
  const [first, ...rest] = pattern;
  if (first === undefined) return words.length === 0;
  if (first === '**') return fits(rest, words) || (words.length > 0 && fits(pattern, words.slice(1)));
  return words.length > 0 && fitsSegment(first, words[0]) && fits(rest, words.slice(1));
}

function fitsSegment(pattern, word) {
  if (!pattern.includes('*')) return pattern === word;
  const parts = pattern.split('*').map(part => part.replace(/[-.]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(word);
}
