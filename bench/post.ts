// Posts hooks to a daemon over connections that are kept, several at a time.
import http from 'node:http';
import type { Daemon } from '../test/support/hookline.ts';

const LANES = 16;

export interface Poster {
  /** Posts one payload. @throws when it is not accepted */
  one(body: object): Promise<void>;
  /** Posts `count` of them, in order but several at a time. */
  post(count: number, bodyOf: (number: number) => object): Promise<void>;
  close(): void;
}

export function poster({ url, token }: Pick<Daemon, 'url' | 'token'>): Poster {
  const agent = new http.Agent({ keepAlive: true, maxSockets: LANES });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const one = (body: object): Promise<void> =>
    new Promise((resolve, reject) => {
      const request = http.request(`${url}/hook`, { agent, method: 'POST', headers }, answer => {
        answer.resume().once('end', resolve);
        if (answer.statusCode !== 202) reject(new Error(`POST /hook was answered ${answer.statusCode}`));
      });
      request.once('error', reject).end(JSON.stringify(body));
    });
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
