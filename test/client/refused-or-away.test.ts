// Why a connection does not stand: what is final ends the client, what passes does not, and both are said as they are.
import { beforeAll, describe, expect, it } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';
import { clientOf } from './support.ts';

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await startTestDaemon({ limits: { connections: 1 } });
});

describe('a daemon that holds as many connections as it may', () => {
  it('lets a client with its token in the URL wait, and then in', async () => {
    const first = clientOf(daemon);
    await first.getSessions();
    const url = `ws://${daemon.host}/ws?token=${daemon.token}`;
    const second = clientOf(daemon, { url, token: undefined });
    const asked = second.getSessions();
    await until('it tried', () => second.status.failures > 1);
    first.close();
    await expect(asked).resolves.toEqual([]);
  });
});

it('a wrong token in the URL is final', async () => {
  const client = clientOf(daemon, { url: `ws://${daemon.host}/ws?token=wrong`, token: undefined });
  await expect(client.getSessions()).rejects.toMatchObject({ status: 401, code: 'unauthorized' });
});
