// A real Chromium, as Debian or anybody else installed it.
import fs from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser's binary: `HOOKLINE_TEST_BROWSER`, or one of the usual places; undefined, and a line that says so, when there is none. */
export function findBrowser(): string | undefined {
  const named = process.env['HOOKLINE_TEST_BROWSER'];
  const found = (named ? [named] : PLACES).find(place => fs.existsSync(place));
  if (!found)
    console.log(
      'browser: no Chromium is here, so the pages are not tried in one (apt-get install chromium, or set HOOKLINE_TEST_BROWSER)',
    );
  return found;
}

/** Nothing but loopback: a browser of its own accord talks to many hosts. */
export function launchBrowser(executablePath: string): Promise<Browser> {
  const quiet = [
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-quic',
  ];
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', ...quiet] });
}
