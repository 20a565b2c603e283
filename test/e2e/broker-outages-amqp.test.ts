// RabbitMQ that is killed while many events flow, and away while more come.
import { describe } from 'vitest';
import { OWN_RABBITMQ } from '../bridge/amqp-outages.ts';
import { testBacklog } from '../bridge/backlog.ts';
import { testKilledBroker } from '../bridge/outages.ts';
import { hasRabbitmq } from '../support/rabbitmq.ts';

describe.skipIf(!hasRabbitmq())('outages:', () => {
  testKilledBroker('RabbitMQ', OWN_RABBITMQ, 10_000);
  testBacklog('RabbitMQ', OWN_RABBITMQ, 20_000);
});
