// The globs of rules: in a path a star stays within a folder, in a command it is any text.

/** Longest path that a rule is tried with; a longer one is nothing that a person wrote. */
const LONGEST_PATH = 4096;

/** A command: `*` is any text, everything else itself. Its time is linear in the command. */
export function commandGlob(pattern: string): (command: string) => boolean {
  const parts = pattern.split('*');
  return command => fits(parts, command);
}

/** A path: `*` is any text without a slash, `**` any text, everything else itself. Its time is the product of the two lengths. */
export function pathGlob(pattern: string): (path: string) => boolean {
  const tokens = pattern.match(/\*\*|\*|[^*]/gs) ?? [];
  return path => path.length <= LONGEST_PATH && matches(tokens, path);
}

function fits(parts: readonly string[], text: string): boolean {
  const [head = '', ...others] = parts;
  const tail = others.pop();
  if (tail === undefined) return text === head;
  if (text.length < head.length + tail.length || !text.startsWith(head) || !text.endsWith(tail)) return false;
  const end = text.length - tail.length;
  let at = head.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

/** Which beginnings of the path the pattern so far can be, token by token. */
function matches(tokens: readonly string[], path: string): boolean {
  let can = new Uint8Array(path.length + 1);
  can[0] = 1;
  for (const token of tokens) {
    const next = new Uint8Array(path.length + 1);
    for (let at = 0; at <= path.length; at++) {
      const before = path[at - 1];
      if (token === '*' || token === '**')
        next[at] = can[at] || (at > 0 && next[at - 1] && (token === '**' || before !== '/')) ? 1 : 0;
      else next[at] = at > 0 && can[at - 1] && before === token ? 1 : 0;
    }
    can = next;
  }
  return can[path.length] === 1;
}
