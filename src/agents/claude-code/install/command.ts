// The command line of our hook entries: how it is written, and how ours are told from everybody else's.
import path from 'node:path';

export const HOOK_NAME = 'hookline-hook';

/** A place in the settings that stood empty before our entries came into it. */
export interface Kept {
  /** The list of one event, the whole `hooks` object, or the settings themselves. */
  place: 'list' | 'hooks' | 'settings';
  /** The whitespace before its closing bracket, to the byte. */
  blank: string;
}

const BRACKETS = { list: ['[', ']'], hooks: ['{', '}'], settings: ['({', '})'] } as const;
const PLACES = ['list', 'hooks', 'settings'] as const;

export interface CommandOptions {
  /** What stood empty. */
  kept?: Kept | undefined;
  /** What the hook prints, in its own words: `answer`, `wait`, `rewake`. Default: nothing. */
  mode?: 'answer' | 'wait' | 'rewake' | undefined;
}

/**
 * The shell command of an entry. The tail keeps it quiet and successful when the hook file is gone, which otherwise
 * shows on the screen (observed with Claude Code 2.1.329). `args` would save a shell, but 2.1.112 does not know it.
 *
 * A comment at its end remembers an empty place, so that an uninstall that has lost every other trace can still leave
 * it as it stood; the client keeps commands to the letter but drops fields it does not know.
 *
 * What `rewake` ends with means something, so it takes the place of the shell, and the client is its parent.
 */
export function hookCommand(hookFile: string, { kept, mode }: CommandOptions = {}): string {
  const program = quote(hookFile);
  const run =
    mode === 'rewake'
      ? `[ ! -x ${program} ] || exec ${program} rewake 2>/dev/null`
      : `${program}${mode ? ` ${mode}` : ''} 2>/dev/null || :`;
  return `${run}${kept ? ` # keep ${spell(kept)}` : ''}`;
}

/** The comment `hookCommand` left. */
export function keptBy(command: string): Kept | undefined {
  const [, open, blank = '', close] = /# keep (\[|\{|\(\{)((?: |\\[nrt])*)(\]|\}|\}\))$/.exec(command) ?? [];
  const place = PLACES.find(name => BRACKETS[name][0] === open && BRACKETS[name][1] === close);
  return place && { place, blank: JSON.parse(`"${blank}"`) as string };
}

/** On one line, or the shell would run what follows. */
function spell({ place, blank }: Kept): string {
  const [open, close] = BRACKETS[place];
  return open + JSON.stringify(blank).slice(1, -1) + close;
}

/**
 * The path of the hookline hook that an entry runs, as written; undefined when it runs anything else, runs ours
 * beside something else, or merely mentions it as an argument or in a comment.
 */
export function hookProgram(entry: { command: string; args?: unknown }): string | undefined {
  if (Array.isArray(entry.args)) return isHook(entry.command) ? entry.command : undefined;
  const commands = splitCommands(entry.command);
  let found: string | undefined;
  for (const words of commands ?? []) {
    const [program = '', ...rest] = words.filter((word, i) => !(i === 0 && word === 'exec'));
    const script = SHELLS.has(path.posix.basename(program)) ? rest[0] : program;
    if (isHook(script ?? '')) found ??= script;
    else if (!HARMLESS.has(program)) return undefined;
  }
  return found;
}

const SHELLS = new Set(['sh', 'bash', 'dash', 'ash', 'zsh']);
const HARMLESS = new Set([':', 'true', '[', 'test', 'exit']);

function isHook(program: string): boolean {
  return path.posix.basename(program) === HOOK_NAME;
}

/** One word of a POSIX shell that means exactly this text. */
function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

const TOKEN =
  /(?<skip>[ \t]+|#[^\n]*|\d*(?:>>|>&|<&|>|<)[ \t]*(?:'[^']*'|"[^"]*"|[^\s'";&|<>()`])*)|(?<end>&&|\|\||[;&|\n])|(?<word>(?:'[^']*'|"(?:\\[\s\S]|[^"\\])*"|\\[\s\S]|[^\s'"\\;&|<>()`])+)/y;

/** Splits a shell line into simple commands of words; undefined for anything fancier (groups, substitutions). */
function splitCommands(line: string): string[][] | undefined {
  const commands: string[][] = [[]];
  let at = 0;
  while (at < line.length) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(line);
    if (!token?.groups) return undefined;
    const { word, end } = token.groups;
    if (end !== undefined) commands.push([]);
    else if (word !== undefined) commands.at(-1)?.push(unquote(word));
    at = TOKEN.lastIndex;
  }
  return commands.filter(words => words.length > 0);
}

function unquote(word: string): string {
  return word.replace(
    /'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"|\\([\s\S])/g,
    (_, single?: string, double?: string, escaped?: string) =>
      single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? '',
  );
}
