// Redis that is killed while many events flow, and away while more come.
import { describe } from 'vitest';
import { testBacklog } from '../bridge/backlog.ts';
import { testKilledBroker } from '../bridge/outages.ts';
import { OWN_REDIS } from '../bridge/redis-outages.ts';
import { hasRedisServer } from '../support/redis-server.ts';

describe.skipIf(!hasRedisServer())('outages:', () => {
  testKilledBroker('Redis', OWN_REDIS, 10_000);
  testBacklog('Redis', OWN_REDIS, 20_000);
});
