// NATS that is full, slow or killed: one that the tests start for themselves.
import { describe } from 'vitest';
import { hasNatsServer } from '../support/nats-server.ts';
import { OWN_NATS } from './nats-outages.ts';
import { testKilledBroker, testOutages } from './outages.ts';

describe.skipIf(!hasNatsServer())('outages:', () => {
  testOutages('NATS', OWN_NATS);
  testKilledBroker('NATS', OWN_NATS, 1000);
});
