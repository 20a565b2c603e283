// Mosquitto that is killed while many events flow, and away while more come.
import { describe } from 'vitest';
import { testBacklog } from '../bridge/backlog.ts';
import { OWN_MOSQUITTO } from '../bridge/mqtt-outages.ts';
import { testKilledBroker } from '../bridge/outages.ts';
import { hasMosquitto } from '../support/mosquitto.ts';

describe.skipIf(!hasMosquitto())('outages:', () => {
  testKilledBroker('Mosquitto', OWN_MOSQUITTO, 10_000);
  testBacklog('Mosquitto', OWN_MOSQUITTO, 20_000);
});
