// What a terminal sends, taken apart: which of it somebody typed, and what each key does to a line that is being written.

/**
 * `text` writes something, `back` takes one character away, `enter` submits, `erase` may take anything away or leave it, `other` does
 * something else, and `report` is the terminal's own word (focus, mouse, answers to questions), which nobody typed.
 */
export interface Key {
  readonly kind: 'text' | 'back' | 'enter' | 'erase' | 'other' | 'report';
  /** How many characters a `text` writes; undefined when that is not known, as of a paste. */
  readonly length?: number;
  /** Whether it is for the client at once, whatever else is going on: Ctrl-C, Ctrl-D, Escape. */
  readonly isUrgent?: true;
}

const ESC = '\u001b';
const BEL = '\u0007';
/** What follows ESC where a terminal says something in words: OSC, DCS, SOS, PM, APC. Nobody types that. */
const WORDS_BEGIN = /^[\]PX^_]/;
/** A control sequence, after ESC. */
const SEQUENCE = /^(?:\[([<=>?]?)([\d;:]*)[ -/]*([@-~])|O([@-~]))/;
const SEQUENCE_BEGINS = /^(?:\[[<=>?]?[\d;:]*[ -/]*|O)$/;
const PASTE = `${ESC}[200~`;
const PASTE_ENDS = `${ESC}[201~`;
/** The old form of a mouse report; three more characters follow. */
const OLD_MOUSE = `${ESC}[M`;
/** Longer than anything a terminal says in one word, in characters: what does not end by then is no word of one. */
const LONGEST = 64 * 1024;

const REPORT: Key = { kind: 'report' };
const OTHER: Key = { kind: 'other' };
const ERASE: Key = { kind: 'erase' };
const ENTER: Key = { kind: 'enter' };
const BACK: Key = { kind: 'back' };
const ESCAPE: Key = { kind: 'erase', isUrgent: true };
const STOP: Key = ESCAPE;

/** Takes the input of a terminal apart, however it is cut into pieces. */
export class Keys {
  #rest = '';

  /** The keys that are complete with this piece; what is half there waits for its end. */
  take(piece: string): Key[] {
    const keys: Key[] = [];
    let text = this.#rest + piece;
    this.#rest = '';
    while (text !== '') {
      const [key, length] = next(text) ?? [undefined, text.length];
      if (key === undefined && length < LONGEST) {
        this.#rest = text;
        break;
      }
      keys.push(key ?? OTHER);
      text = text.slice(length);
    }
    return keys;
  }
}

/** The first key and how long it is; undefined when its end is still to come. */
function next(text: string): [Key, number] | undefined {
  if (text.startsWith(PASTE)) {
    const end = text.indexOf(PASTE_ENDS);
    return end < 0 ? undefined : [{ kind: 'text' }, end + PASTE_ENDS.length];
  }
  if (text.startsWith(OLD_MOUSE))
    return text.length < OLD_MOUSE.length + 3 ? undefined : [REPORT, OLD_MOUSE.length + 3];
  return text.startsWith(ESC) ? escaped(text.slice(1)) : plain(text);
}

/** What follows ESC. */
function escaped(text: string): [Key, number] | undefined {
  // Alone in a piece it is the key; a terminal sends the rest of a sequence along.
  if (text === '') return [ESCAPE, 1];
  if (WORDS_BEGIN.test(text)) {
    const ends = [BEL, `${ESC}\\`].map(end => ({ end, at: text.indexOf(end) })).filter(({ at }) => at >= 0);
    const [first] = ends.sort((a, b) => a.at - b.at);
    return first && [REPORT, 1 + first.at + first.end.length];
  }
  const sequence = SEQUENCE.exec(text);
  if (sequence) return [meaningOf(sequence), 1 + sequence[0].length];
  if (SEQUENCE_BEGINS.test(text)) return undefined;
  return [withAlt(text[0] ?? ''), 1 + lengthOfFirst(text)];
}

function plain(text: string): [Key, number] {
  const [written] = /^\P{Cc}+/u.exec(text) ?? [];
  if (written !== undefined) return [{ kind: 'text', length: [...written].length }, written.length];
  return [control(text[0] ?? ''), 1];
}

function control(char: string): Key {
  switch (char) {
    case '\r':
      return ENTER;
    case '\n': // Ctrl-J: a new line.
      return { kind: 'text', length: 1 };
    case '\b':
    case '\u007f':
      return BACK;
    case '\u0003': // Ctrl-C
    case '\u0004': // Ctrl-D
      return STOP;
    case '\u0015': // Ctrl-U
    case '\u0017': // Ctrl-W
    case '\u000b': // Ctrl-K
      return ERASE;
    default:
      return OTHER;
  }
}

/** Alt and a key: with Enter a new line, with backspace a word less. Escape twice is Escape. */
function withAlt(char: string): Key {
  if (char === ESC) return ESCAPE;
  if (char === '\r' || char === '\n') return { kind: 'text', length: 1 };
  return char === '\u007f' || char === '\b' ? ERASE : OTHER;
}

const lengthOfFirst = (text: string): number => [...text][0]?.length ?? 0;

function meaningOf([, mark = '', parameters = '', end = '', single]: RegExpExecArray): Key {
  // Arrows, F1 to F4.
  if (single !== undefined) return single === 'M' ? ENTER : OTHER;
  if (mark !== '') return REPORT;
  switch (end) {
    case 'I': // Focus came,
    case 'O': // and went.
    case 'R': // Where the cursor is. F3 with a modifier looks the same, and does nothing here.
    case 'c':
    case 'n':
    case 't':
    case 'y':
      return REPORT;
    case 'u':
      return byCode(parameters);
    case '~': {
      const [first = '', modifiers = '', code = ''] = parameters.split(';');
      if (first === '27') return byCode(`${code};${modifiers}`);
      return first === '3' ? ERASE : OTHER;
    }
    default:
      return OTHER;
  }
}

/** Keys in the form of the kitty protocol: a code, modifiers and what happened to it (3: it was let go). */
function byCode(parameters: string): Key {
  const [codes = '', rest = ''] = parameters.split(';');
  const [modifiers = '1', happened = '1'] = rest.split(':');
  const code = Number(codes.split(':')[0]);
  const held = Number(modifiers || '1') - 1;
  if (happened === '3' || (code >= 57_344 && code <= 63_743)) return REPORT;
  const [withShift, isPlain] = [(held & 1) !== 0, (held & ~(1 | 64 | 128)) === 0];
  if (code === 13 || code === 57_414) return isPlain && !withShift ? ENTER : { kind: 'text', length: 1 };
  if (code === 27) return ESCAPE;
  if (code === 127) return isPlain ? BACK : ERASE;
  const char = String.fromCodePoint(code > 0 && code <= 0x10ffff ? code : 0).toLowerCase();
  if (isPlain) return /^\P{Cc}$/u.test(char) ? { kind: 'text', length: 1 } : OTHER;
  if ((held & 4) === 0) return OTHER;
  if (char === 'c' || char === 'd') return STOP;
  return 'uwkh'.includes(char) ? ERASE : char === 'j' ? { kind: 'text', length: 1 } : OTHER;
}
