// The curl lines on the page of relays, as they stand there but for the port.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MAIN, makePlace, runCli } from '../support/cli.ts';
import { type Daemon, startDaemon } from '../support/hookline.ts';
import { code, page } from '../support/pages.ts';
import { run } from '../support/run.ts';

const PAGE = 'docs/relay.md';
const place = makePlace();
let daemon: Daemon;
beforeAll(async () => {
  const script = `#!/bin/sh\nexec ${process.execPath} ${MAIN} "$@"\n`;
  fs.writeFileSync(path.join(place.home, 'bin/hookline'), script, { mode: 0o755 });
  daemon = await startDaemon(place);
});
afterAll(() => daemon.stop());

it('an event is the line that the page shows, and a push is taken', async () => {
  const relay = runCli(place, ['relay'], { BRIDGE_PORT: '0' });
  const [ready = ''] = await relay.haveLines(1);
  const [url = '', instance = ''] = /http:\S+|(?<=instance: )\w+/g[Symbol.match](ready) ?? [];
  const env = { ...place.env, HOOKLINE_HOME: place.hooklineHome };
  const said: unknown[] = [];
  for (const block of code(PAGE, 'sh')) {
    const text = block.replaceAll('http://127.0.0.1:7820', url);
    expect(text).not.toBe(block);
    said.push(JSON.parse((await run('sh', ['-ec', text], { env, timeout: 60_000 })).stdout));
  }
  expect(said).toEqual([{ ok: true, id: expect.any(String) }, { ok: true }]);
  const [, line = ''] = await relay.haveLines(2);
  const shown = /^MSG::.*$/m.exec(page(PAGE))?.[0] ?? '';
  const asShown = line
    .replace(instance, '3fa9c1')
    .replace(/"id":"[^"]*"/, /"id":"[^"]*"/.exec(shown)?.[0] ?? '');
  expect(asShown).toBe(shown);
  await relay.end();
});
