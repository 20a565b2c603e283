// Finds where a PEM private key ends, also when its line breaks are escaped or its end is missing.

const HEADER = /-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----/y;
const DASHES = '-----';
const FOOTER = /-----END (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----/y;
/** Base64, white space and escaped line breaks: a body that is nothing but key. */
const BARE = /^[A-Za-z0-9+/=\s\\]+$/;
const KEY_RUN = /[A-Za-z0-9+/=]{16}/;
/** What a key without an end reaches: its base64, over quotes and joints of source code. */
const OPEN_BODY = /[A-Za-z0-9+/=\s\\"',]*/y;
/** Longest body that is taken for one key, in characters. */
const LONGEST = 64 * 1024;

/**
 * The index after the private key that begins at `start`, or undefined when there is none:
 * source code that only names the header is no key.
 */
export function privateKeyEnd(text: string, start: number): number | undefined {
  HEADER.lastIndex = start;
  if (!HEADER.test(text)) return undefined;
  const bodyStart = HEADER.lastIndex;
  const dashes = text.indexOf(DASHES, bodyStart);
  FOOTER.lastIndex = dashes;
  if (dashes > bodyStart && dashes - bodyStart <= LONGEST && FOOTER.test(text)) {
    const body = text.slice(bodyStart, dashes);
    return BARE.test(body) || KEY_RUN.test(body) ? FOOTER.lastIndex : undefined;
  }
  OPEN_BODY.lastIndex = bodyStart;
  OPEN_BODY.test(text);
  const end = OPEN_BODY.lastIndex;
  return KEY_RUN.test(text.slice(bodyStart, end)) ? end : undefined;
}
