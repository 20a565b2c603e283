// Clients live through kills of their daemon under load. HOOKLINE_STORM="500,10" makes it a bigger storm: clients, kills.
import { it } from 'vitest';
import { storm, stormTimeout } from '../support/storm.ts';

const [clients = 25, kills = 2] = (process.env['HOOKLINE_STORM'] ?? '25,2').split(',').map(Number);

it(
  `${clients} clients live through ${kills} kills under load`,
  {
    timeout: stormTimeout(clients, kills),
  },
  () => storm(clients, kills),
);
