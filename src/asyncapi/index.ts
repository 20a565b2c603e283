// The committed AsyncAPI document, as the daemon serves it.
import { readFileSync } from 'node:fs';

/** The document as JSON text. */
export function asyncApiText(): string {
  return readFileSync(new URL('../../asyncapi/asyncapi.json', import.meta.url), 'utf8');
}
