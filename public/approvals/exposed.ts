// Text that somebody is about to allow: whatever of it would not be seen is shown by its number.

/**
 * Controls, marks that turn the direction around or take no room, blanks that are no space, halves of a character. Not U+FE0F,
 * which only makes the character before it an emoji.
 */
const UNSEEN = /(?! )(?!\ufe0f)[\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** The same text, to the last character: `␛` for an escape, `␍` for a return, `‹202E›` for what turns the direction around. */
export function exposed(text: string): string {
  return text.replace(UNSEEN, character => {
    const code = character.codePointAt(0) ?? 0;
    if (code === 0x09 || code === 0x0a) return character;
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    if (code === 0x7f) return '\u2421';
    return `‹${code.toString(16).toUpperCase().padStart(4, '0')}›`;
  });
}
