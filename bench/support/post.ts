// Posts hooks to a daemon over connections that are kept, several at a time.
import http from 'node:http';
import type { Daemon } from '../../test/support/hookline.ts';

const LANES = 16;

export interface Poster {
  /** Posts one payload. @throws when it is not accepted */
  one(body: object): Promise<void>;
  /** Posts `count` of them, in order but several at a time. */
  post(count: number, bodyOf: (number: number) => object): Promise<void>;
  close(): void;
}

class KeptTooLong extends Error {
  override readonly message = 'the daemon closed a connection that was kept, just as it was used';
}

export function poster({ url, token }: Pick<Daemon, 'url' | 'token'>): Poster {
  const agent = new http.Agent({ keepAlive: true, maxSockets: LANES });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const once = (body: object): Promise<void> =>
    new Promise((resolve, reject) => {
      const request = http.request(`${url}/hook`, { agent, method: 'POST', headers }, answer => {
        answer.resume().once('end', resolve);
        if (answer.statusCode !== 202) reject(new Error(`POST /hook was answered ${answer.statusCode}`));
      });
      request.once('error', error => {
        // A connection that was kept may be closed by the other side just then.
        const again = request.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET';
        reject(again ? new KeptTooLong() : error);
      });
      request.end(JSON.stringify(body));
    });
  // All that were kept may have been closed, one by one.
  const one = async (body: object): Promise<void> => {
    for (let kept = LANES; ; kept--) {
      try {
        return await once(body);
      } catch (error) {
        if (!(error instanceof KeptTooLong) || kept === 0) throw error;
      }
    }
  };
  return {
    one,
    async post(count, bodyOf) {
      let next = 0;
      const lane = async (): Promise<void> => {
        while (next < count) await one(bodyOf(next++));
      };
      await Promise.all(Array.from({ length: LANES }, lane));
    },
    close: () => agent.destroy(),
  };
}
