// Finds Claude Code's prompt on its screen, and says what stands in it (observed with 2.1.332).

/** A line of the screen. */
export interface Row {
  readonly text: string;
  /** The same without what is dim, such as a suggestion of the client. */
  readonly written: string;
}

export interface PromptBox {
  /** What stands in it, line by line, without the mark before it. */
  readonly text: string;
  /** Whether nobody wrote anything there. */
  readonly isEmpty: boolean;
  /** What the client says below it: its mode, and what keys do. */
  readonly footer: string;
}

/** The lines above and below; a name may stand in them. */
const BORDER = /^─{3}.*─$/;
const MARK = /^❯/;
/** As many lines as can be below the box. */
const FOOTER_MOST = 12;

/** Undefined when there is none: a dialog is open, or the screen shows something else. */
export function promptBoxIn(rows: readonly Row[]): PromptBox | undefined {
  const isBorder = ({ text }: Row): boolean => BORDER.test(text.trimEnd());
  const bottom = rows.findLastIndex(isBorder);
  if (bottom < 0 || rows.slice(bottom + 1).filter(({ text }) => text.trim() !== '').length > FOOTER_MOST)
    return undefined;
  const top = rows.slice(0, bottom).findLastIndex(isBorder);
  const inside = rows.slice(top + 1, bottom);
  if (top < 0 || !MARK.test(inside[0]?.text ?? '')) return undefined;
  // The mark, and two blanks below it.
  const lines = inside.map(({ text, written }) => ({ text: text.slice(2), written: written.slice(2) }));
  return {
    text: lines.map(({ text }) => text.trimEnd()).join('\n'),
    isEmpty: lines.every(({ written }) => written.trim() === ''),
    footer: rows
      .slice(bottom + 1)
      .map(({ text }) => text.trim())
      .filter(Boolean)
      .join('\n'),
  };
}

/** How the client shows a paste that is long: folded, with the number of its line ends. */
const FOLDED = /^\[Pastedtext#\d+\+(\d+)lines?\]$/;

/** Whether what was pasted stands in the box, whole and alone. */
export function shows({ text }: PromptBox, pasted: string): boolean {
  const shown = squeezed(text);
  const folded = FOLDED.exec(shown);
  if (folded) return Number(folded[1]) === pasted.split('\n').length - 1;
  return shown === squeezed(pasted);
}

/** Lines are broken where the box ends, and what is not seen is dropped. */
const squeezed = (text: string): string => text.replaceAll(/[\s\p{Cf}\p{Mn}]+/gu, '');
