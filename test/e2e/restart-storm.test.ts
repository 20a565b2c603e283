// As many clients as a big team has, through more kills than a bad day has.
import { it } from 'vitest';
import { storm, stormTimeout } from '../support/storm.ts';

it('200 clients live through 5 kills under load', { timeout: stormTimeout(200, 5) }, () => storm(200, 5));
