// Which sessions are meant, also when they are over.
import { z } from 'zod';
import type { SessionState } from '../../protocol/index.ts';
import type { Api } from '../api.ts';
import { fitting, onlyOne } from '../tail/sessions.ts';

const InLog = z.object({ sessionIds: z.array(z.string()) });

/**
 * The ids for what was typed after `--session`: the beginnings of ids, or names of sessions that live. What fits none stays as it is.
 *
 * @throws UsageError for a text that fits several.
 */
export async function sessionsMeant(
  typed: readonly string[],
  living: readonly SessionState[],
  api: Api,
): Promise<string[]> {
  const meant: string[] = [];
  for (const text of typed) {
    const { sessionIds } = await api.get(`/api/db/sessions?prefix=${encodeURIComponent(text)}`, InLog);
    meant.push(onlyOne(text, [...new Set([...fitting(text, living), ...sessionIds])]) ?? text);
  }
  return meant;
}
