// Finds out why a WebSocket did not open: the browser's API hides the HTTP answer, so the same gate is asked over HTTP.
import { RefusedError } from './errors.ts';

/** Answers of the gate that stay the same however often one asks. */
const FINAL = new Set([401, 403, 421]);

/** The gate's refusal of this URL and token, or undefined when the reason is another one (nobody there, draining, ...). */
export async function findRefusal(
  url: string,
  token: string | undefined,
  signal: AbortSignal,
): Promise<RefusedError | undefined> {
  const door = new URL(url.replace(/^ws/, 'http'));
  const page = new URL('/api/events?limit=1', door);
  // A token may be in the URL, but this page takes none from there.
  const bearer = token ?? door.searchParams.get('token');
  try {
    const response = await fetch(page, {
      headers: bearer === null ? {} : { authorization: `Bearer ${bearer}` },
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]),
    });
    const body: unknown = await response.json().catch(() => undefined);
    if (!FINAL.has(response.status)) return undefined;
    const { code, message } =
      (body as { error?: { code?: string; message?: string } } | undefined)?.error ?? {};
    return new RefusedError(response.status, code ?? 'refused', message ?? 'it gave no reason');
  } catch {
    return undefined;
  }
}
