// A payload beside the data of its event: the long texts that both hold are kept once.

/** Shorter ones are not worth a reference, in characters. */
const SHORTEST = 48;
/** How much of the data may be looked through, as a multiple of its length, and for small data in characters. */
const PATIENCE = { times: 4, characters: 64 * 1024 };
/** In front of what was packed; JSON of an object begins with a brace. */
const PACKED = '~';
/** Stands for a text: the escape of a character, then where in the data it begins and how long it is. */
const MARK = '\\u0001';
const REFERENCE = /"\\u0001(\d+)\+(\d+)"/g;

/**
 * The JSON text of a payload with its long strings replaced by where they stand in `data`, the JSON text of its event's data. Quotes
 * stay where they are: a word without one that is in the payload is in one of the two texts, so a search for it need not unpack any.
 */
export function packPayload(payload: string, data: string): string {
  // One that looks as if it were packed is kept as it is.
  if (payload.includes(MARK)) return payload;
  let patience = Math.max(PATIENCE.characters, PATIENCE.times * data.length);
  let packed = '';
  let copied = 0;
  /** Where the last one ended in the data: the next one mostly comes soon after. */
  let after = 0;
  for (const [start, end] of longStrings(payload)) {
    // With its quotes: a million of one letter are looked for a million times in a million others, unless they begin and end somewhere.
    const text = payload.slice(start - 1, end + 1);
    let at = data.indexOf(text, after);
    patience -= (at < 0 ? data.length : at) - after;
    if (at < 0 && after > 0) {
      at = data.indexOf(text);
      patience -= at < 0 ? data.length : at;
    }
    if (at >= 0) {
      packed += `${payload.slice(copied, start)}${MARK}${at + 1}+${end - start}`;
      copied = end;
      after = at + text.length;
    }
    if (patience < 0) break;
  }
  return copied === 0 ? payload : PACKED + packed + payload.slice(copied);
}

/** The payload as it was. */
export function unpackPayload(stored: string, data: string): string {
  if (!stored.startsWith(PACKED)) return stored;
  const text = (_: string, at: string, length: string): string =>
    `"${data.slice(Number(at), Number(at) + Number(length))}"`;
  return stored.slice(PACKED.length).replace(REFERENCE, text);
}

/** Where the strings of a JSON text that may be worth a reference begin and end, between their quotes. */
function* longStrings(json: string): Generator<readonly [start: number, end: number]> {
  for (let open = json.indexOf('"'); open >= 0; ) {
    let close = json.indexOf('"', open + 1);
    while (close > 0 && isEscaped(json, close)) close = json.indexOf('"', close + 1);
    if (close < 0) return;
    if (close - open > SHORTEST) yield [open + 1, close];
    open = json.indexOf('"', close + 1);
  }
}

function isEscaped(json: string, at: number): boolean {
  let backslashes = 0;
  while (json[at - 1 - backslashes] === '\\') backslashes++;
  return backslashes % 2 === 1;
}
