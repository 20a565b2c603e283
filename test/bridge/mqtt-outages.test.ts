// Mosquitto that is full, slow or killed: one that the tests start for themselves.
import { describe } from 'vitest';
import { hasMosquitto } from '../support/mosquitto.ts';
import { OWN_MOSQUITTO } from './mqtt-outages.ts';
import { testKilledBroker, testOutages } from './outages.ts';

describe.skipIf(!hasMosquitto())('outages:', () => {
  testOutages('Mosquitto', OWN_MOSQUITTO);
  testKilledBroker('Mosquitto', OWN_MOSQUITTO, 1000);
});
