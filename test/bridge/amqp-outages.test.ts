// RabbitMQ that is full or slow: one that the tests start for themselves.
import { describe } from 'vitest';
import { hasRabbitmq } from '../support/rabbitmq.ts';
import { OWN_RABBITMQ } from './amqp-outages.ts';
import { testOutages } from './outages.ts';

describe.skipIf(!hasRabbitmq())('outages:', () => {
  testOutages('RabbitMQ', OWN_RABBITMQ);
});
