// Draws what terminals show, colours and all, as a page: one window each, the first two side by side.

export interface Shown {
  readonly title: string;
  /** As `tmux capture-pane -e` has it. */
  readonly text: string;
}

/** How the sixteen colours of a terminal look that have names and no values. */
const NAMED = [
  ...['#484f58', '#ff7b72', '#3fb950', '#d29922', '#58a6ff', '#bc8cff', '#39c5cf', '#b1bac4'],
  ...['#6e7681', '#ffa198', '#56d364', '#e3b341', '#79c0ff', '#d2a8ff', '#56d4dd', '#f0f6fc'],
];
const INK = '#e6edf3';
const PAPER = '#0d1117';

/** What changes colours, and its numbers. */
const SGR = new RegExp(`${String.fromCharCode(27)}\\[([\\d;]*)m`);

interface Style {
  readonly color?: string | undefined;
  readonly background?: string | undefined;
  readonly isBold?: boolean;
  readonly isDim?: boolean;
  readonly isItalic?: boolean;
  readonly isUnderlined?: boolean;
  readonly isReversed?: boolean;
}

export function picturePage(all: readonly Shown[]): string {
  const windows = all.map(
    ({ title, text }) => `<section><h1>${escaped(title)}</h1><pre>${markedUp(text)}</pre></section>`,
  );
  return `<!doctype html><meta charset="utf-8"><style>
    body { margin: 0; background: #fff; }
    main { display: grid; grid-template-columns: auto auto; gap: 14px; padding: 14px; width: max-content; background: #30363d; }
    section { background: ${PAPER}; border-radius: 8px; overflow: hidden; }
    section:nth-child(n + 3) { grid-column: 1 / -1; }
    h1 { margin: 0; padding: 7px 14px; background: #21262d; color: #8b949e; font: 600 13px sans-serif; }
    pre { margin: 0; padding: 10px 14px; color: ${INK}; font: 13px/1.35 'DejaVu Sans Mono', monospace; }
  </style><main>${windows.join('')}</main>`;
}

function markedUp(text: string): string {
  let style: Style = {};
  // tmux gives up the lines below the last one that has something in it.
  const pieces = text.replace(/\n+$/, '').split(SGR);
  return pieces
    .map((piece, n) => {
      if (n % 2 === 0) return piece === '' ? '' : `<span style="${cssOf(style)}">${escaped(piece)}</span>`;
      style = changed(style, piece === '' ? [0] : piece.split(';').map(Number));
      return '';
    })
    .join('');
}

/** By SGR codes (ECMA-48, and those of xterm for colours). */
function changed(style: Style, codes: readonly number[]): Style {
  const [code = 0, ...rest] = codes;
  if (codes.length === 0) return style;
  if (code === 38 || code === 48) {
    const taken = rest[0] === 5 ? 2 : 4;
    const color = rest[0] === 5 ? indexed(rest[1] ?? 0) : `rgb(${rest.slice(1, 4).join(' ')})`;
    return changed({ ...style, [code === 38 ? 'color' : 'background']: color }, rest.slice(taken));
  }
  return changed(simple(style, code), rest);
}

function simple(style: Style, code: number): Style {
  if (code === 0) return {};
  if (code === 1) return { ...style, isBold: true };
  if (code === 2) return { ...style, isDim: true };
  if (code === 3) return { ...style, isItalic: true };
  if (code === 4) return { ...style, isUnderlined: true };
  if (code === 7) return { ...style, isReversed: true };
  if (code === 22) return { ...style, isBold: false, isDim: false };
  if (code === 23) return { ...style, isItalic: false };
  if (code === 24) return { ...style, isUnderlined: false };
  if (code === 27) return { ...style, isReversed: false };
  if (code === 39) return { ...style, color: undefined };
  if (code === 49) return { ...style, background: undefined };
  if (code >= 30 && code <= 37) return { ...style, color: NAMED[code - 30] };
  if (code >= 90 && code <= 97) return { ...style, color: NAMED[code - 82] };
  if (code >= 40 && code <= 47) return { ...style, background: NAMED[code - 40] };
  if (code >= 100 && code <= 107) return { ...style, background: NAMED[code - 92] };
  return style;
}

/** Of the 256: sixteen with names, a cube of six by six by six, and greys. */
function indexed(index: number): string | undefined {
  if (index < 16) return NAMED[index];
  if (index >= 232)
    return `rgb(${Array(3)
      .fill(8 + (index - 232) * 10)
      .join(' ')})`;
  const level = (step: number): number => (step === 0 ? 0 : 55 + step * 40);
  const at = index - 16;
  return `rgb(${[Math.floor(at / 36), Math.floor(at / 6) % 6, at % 6].map(level).join(' ')})`;
}

function cssOf(style: Style): string {
  const { color = INK, background = PAPER, isBold, isDim, isItalic, isUnderlined, isReversed } = style;
  const [front, back] = isReversed ? [background, color] : [color, background];
  return [
    `color:${front}`,
    ...(back === PAPER ? [] : [`background:${back}`]),
    ...(isBold ? ['font-weight:bold'] : []),
    ...(isDim ? ['opacity:.6'] : []),
    ...(isItalic ? ['font-style:italic'] : []),
    ...(isUnderlined ? ['text-decoration:underline'] : []),
  ].join(';');
}

/** What fonts for terminals often lack, and what looks like it. */
const LOOKALIKES: Readonly<Record<string, string>> = { '⏵': '▸', '⎿': '└' };

const escaped = (text: string): string =>
  text
    .replaceAll(/[⏵⎿]/g, one => LOOKALIKES[one] ?? one)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
