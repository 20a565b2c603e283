// Redis that is full, slow or killed: one that the tests start for themselves.
import { describe, it } from 'vitest';
import { hasRedisServer } from '../support/redis-server.ts';
import { expectPatience, Sender, testKilledBroker, testOutages } from './outages.ts';
import { OWN_REDIS, REDIS_WITHOUT_DISK } from './redis-outages.ts';

describe.skipIf(!hasRedisServer())('outages:', () => {
  testOutages('Redis', OWN_REDIS);
  testKilledBroker('Redis', OWN_REDIS, 1000);

  it('Redis that cannot write to its disk is told of, and gets everything once it can', async () => {
    const broker = await REDIS_WITHOUT_DISK.start();
    const from = new Sender(broker.url);
    try {
      await expectPatience(await from.start(), broker, REDIS_WITHOUT_DISK.full);
    } finally {
      await from.stop();
      await broker.remove();
    }
  }, 240_000);
});
