// The words that run the same hookline in another terminal.
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { selfCommand } from '../../src/cli/self.ts';
import { MAIN, makePlace } from '../support/cli.ts';

describe('how hookline is called in another terminal', () => {
  const place = makePlace();

  it('by its name when it is on the PATH, unless npm put it there', () => {
    const bin = path.join(place.home, 'bin');
    const ofNpm = path.join(place.home, 'node_modules', '.bin');
    fs.mkdirSync(ofNpm, { recursive: true });
    for (const folder of [bin, ofNpm]) fs.symlinkSync(MAIN, path.join(folder, 'hookline'));
    expect(selfCommand({ PATH: `/nowhere:${bin}` }, MAIN)).toBe('hookline');
    expect(selfCommand({ PATH: ofNpm }, MAIN)).toBe(`node ${fs.realpathSync(MAIN)}`);
    expect(selfCommand({ PATH: ofNpm, npm_command: 'exec' }, MAIN)).toBe('npx hookline');
  });

  it('a path that a shell would take apart is quoted', () => {
    const odd = path.join(place.home, "it's here.js");
    fs.writeFileSync(odd, '');
    expect(selfCommand({}, odd)).toBe(`node '${place.home}/it'\\''s here.js'`);
  });
});
