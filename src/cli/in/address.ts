// Where a webhook is to be posted to.
import { type Config, urlOf } from '../../config/index.ts';
import { findDaemon } from '../find-daemon.ts';

/** The address of the daemon that runs, or of the one that would; and which of both. */
export async function baseUrl({ home, host, port }: Config): Promise<{ url: string; isRunning: boolean }> {
  const found = await findDaemon(home);
  return found.state === 'running'
    ? { url: found.info.url, isRunning: true }
    : { url: urlOf(host, port), isRunning: false };
}

export const urlOfWebhook = (base: string, name: string): string => `${base}/in/${name}`;
