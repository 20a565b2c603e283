// Redis that is full, slow or killed: one that the tests start for themselves.
import { describe } from 'vitest';
import { hasRedisServer } from '../support/redis-server.ts';
import { testKilledBroker, testOutages } from './outages.ts';
import { OWN_REDIS } from './redis-outages.ts';

describe.skipIf(!hasRedisServer())('outages:', () => {
  testOutages('Redis', OWN_REDIS);
  testKilledBroker('Redis', OWN_REDIS, 1000);
});
