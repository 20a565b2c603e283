// The words that run the same hookline in another terminal.
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Caller, selfCommand } from '../../src/cli/invocation.ts';
import { MAIN, makePlace } from '../support/cli.ts';

describe('how hookline is called in another terminal', () => {
  const place = makePlace();
  const home = path.join(place.home, '.hookline');
  const command = (env: Caller['env'], script = MAIN, stateDirectory = home): string =>
    selfCommand(stateDirectory, { env, script, homedir: place.home });
  const ofNpm = path.join(place.home, 'node_modules', '.bin');
  fs.mkdirSync(ofNpm, { recursive: true });

  it('by its name when it is on the PATH, unless npm put it there', () => {
    const bin = path.join(place.home, 'bin');
    for (const folder of [bin, ofNpm]) fs.symlinkSync(MAIN, path.join(folder, 'hookline'));
    expect(command({ PATH: `/nowhere:${bin}` })).toBe('hookline');
    expect(command({ PATH: ofNpm })).toBe(`node ${fs.realpathSync(MAIN)}`);
  });

  it('by npx when that runs a package of its own; a checkout is found by its path from any folder, by npx from none but its own', () => {
    const package_ = path.join(place.home, 'node_modules', 'hookline', 'main.js');
    fs.mkdirSync(path.dirname(package_));
    fs.writeFileSync(package_, '');
    expect(command({ PATH: ofNpm, npm_command: 'exec' }, package_)).toBe('npx hookline');
    expect(command({ PATH: ofNpm, npm_command: 'exec' })).toBe(`node ${fs.realpathSync(MAIN)}`);
  });

  it('with the state directory, when it is not the one that everybody has', () => {
    expect(command({}, MAIN, '/else where')).toBe(
      `HOOKLINE_HOME='/else where' node ${fs.realpathSync(MAIN)}`,
    );
  });

  it('a path that a shell would take apart is quoted', () => {
    const odd = path.join(place.home, "it's here.js");
    fs.writeFileSync(odd, '');
    expect(command({}, odd)).toBe(`node '${place.home}/it'\\''s here.js'`);
  });
});
