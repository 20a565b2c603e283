// Many hooks as fast as a daemon takes them, over a few connections that are kept: what waits is the daemon's, not the test's.
import http from 'node:http';

const LANES = 8;
/** How often one is tried that meets a connection which the daemon has just closed. */
const TRIES = 3;

/** Posts `count` events of the topic `test.tick`, with `data.n` counting up; resolves with the milliseconds that each answer took. */
export async function postMany(
  { url, token }: { readonly url: string; readonly token: string },
  count: number,
): Promise<number[]> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: LANES });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const post = (body: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const request = http.request(`${url}/hook`, { method: 'POST', agent, headers }, answer => {
        answer
          .resume()
          .once('end', () =>
            answer.statusCode === 202
              ? resolve()
              : reject(new Error(`a hook was answered ${answer.statusCode}`)),
          );
      });
      request.once('error', reject).end(body);
    });
  const times: number[] = [];
  let next = 0;
  const lane = async (sessionId: string): Promise<void> => {
    while (next < count) {
      const body = JSON.stringify({
        sessionId,
        type: 'test.tick',
        data: { n: next++, text: 'x'.repeat(300) },
      });
      const from = performance.now();
      for (let tries = 1; ; tries++) {
        try {
          await post(body);
          break;
        } catch (error) {
          if (tries === TRIES) throw error;
        }
      }
      times.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, at) => lane(`many-${at}`)));
  agent.destroy();
  return times;
}
