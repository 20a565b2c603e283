// Makes of a message what can be pasted at the prompt of Claude Code, and do nothing there but be read (observed with 2.1.332).

const BEGIN = '\u001b[200~';
const END = '\u001b[201~';
/** Ends whatever text it is in as far as the terminal goes, or means something to the client; and halves of characters. */
const CONTROLS = /(?![\n\t])\p{Cc}|\p{Surrogate}/gu;
/** The frame that the client puts around what was pasted: nothing of a text may end it. */
const FRAME = /<(?=\s*\/?\s*pasted_content\b)/gi;
/** Where the client would attach a file: nothing that is seen stands before the @. It drops what is not seen before it looks. */
const MENTION = /(^|[^\p{L}\p{N}\p{P}\p{S}])@/gmu;
/** A line that is the path of a picture: the client would attach that, and take the line away. */
const PICTURE = /^(?=.*\.(?:png|jpe?g|gif|webp|bmp|tiff?|svg|heic|avif)["'`]?[^\S\n]*$)/gim;
/** Not seen, and dropped by the client once it has looked for pictures: so the line arrives as it was. */
const JOINER = '\u2060';

/** Words that the client takes for a wish of its user: to think longer, to have many agents work. */
const WISH = /\bultra(?=(?:think|code)\b)/gi;

/**
 * The text as it can be pasted: verbatim, but for control characters, an `@` that would attach a file, which becomes `\@`, and words of
 * power, such as `ultra-think`.
 */
export function pasteable(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(CONTROLS, '\ufffd')
    .replace(FRAME, '&lt;')
    .replace(MENTION, '$1\\@')
    .replace(WISH, '$&-')
    .replace(PICTURE, JOINER);
}

/** What the session reads of it: what is not seen is dropped by the client. */
export const asRead = (text: string): string => pasteable(text).replaceAll(JOINER, '');

/** What the terminal sends for it. @param text from `pasteable` */
export function bracketed(text: string): string {
  return `${BEGIN}${text}${END}`;
}
