// A daemon, a browser and a page that is watched: for tests of what people see.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { launchBrowser } from './browser.ts';
import { type Daemon, type Place, startDaemon } from './hookline.ts';
import { makeTicket } from './ticket.ts';
import { until } from './until.ts';

/** How long a page may take for anything, in milliseconds: a machine may have ten times as much to do as it can. */
const PATIENCE_MS = 60_000;

/** What is noticed about a page from its beginning. */
export interface Watched {
  /** What must never happen: dialogs, errors, refusals by the Content-Security-Policy, scripts out of events. */
  readonly trouble: string[];
  /** Every address the page asked for. */
  readonly requests: string[];
}

export interface Dashboard extends Watched {
  readonly browser: Browser;
  readonly context: BrowserContext;
  readonly page: Page;
  readonly place: Place;
  daemon: Daemon;
  /** Posts a hook of session `s1`, unless the fields say another. */
  hook(event: string, fields?: object): Promise<void>;
  /** Sends a message, and returns its id. */
  send(fields: object): Promise<string>;
  /** Asks the daemon as the user's own programs do; what it answers. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever the daemon says
  ask(method: string, target: string, body?: object): Promise<any>;
  /** Opens the page at a route such as `#/feed`, logged in, and waits until it is live. */
  logIn(route?: string, readOnly?: boolean): Promise<void>;
  /** The seqs of the events of a topic, ascending: the newest thousand. */
  seqs(topics: string): Promise<number[]>;
  /** Opens a route in the page that is there. */
  go(route: string): Promise<void>;
  /** Kills the daemon (SIGKILL) and starts it again on the same port; `meanwhile` runs in between. */
  restart(meanwhile?: () => void | Promise<void>): Promise<void>;
}

/**
 * Gives every test of the file a daemon with a throw-away home and a page; afterwards nothing may have gone wrong.
 *
 * @param env on top of the daemon's environment
 * @param prepare is given the state directory before the daemon starts
 */
export function useDashboard(
  executable: string | undefined,
  options: BrowserContextOptions = {},
  env: Readonly<Record<string, string>> = {},
  prepare: (hooklineHome: string) => void = () => {},
): Dashboard {
  const lab = {} as { -readonly [K in keyof Dashboard]: Dashboard[K] };

  beforeAll(async () => {
    if (executable) lab.browser = await launchBrowser(executable);
  });
  afterAll(() => lab.browser?.close());

  beforeEach(async () => {
    const root = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-browser-'));
    lab.place = {
      hooklineHome: path.join(root, 'hookline'),
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: root,
        CLAUDE_CONFIG_DIR: path.join(root, 'claude'),
        ...env,
      },
    };
    fs.mkdirSync(lab.place.hooklineHome, { mode: 0o700 });
    prepare(lab.place.hooklineHome);
    const daemon = startDaemon(lab.place);
    lab.context = await lab.browser.newContext(options);
    lab.page = await lab.context.newPage();
    Object.assign(lab, await watch(lab.page));
    lab.daemon = await daemon;
  });
  afterEach(async () => {
    await Promise.all([lab.context.close(), lab.daemon.stop()]);
    fs.rmSync(lab.place.env['HOME'] ?? '', { recursive: true, force: true, maxRetries: 5 });
    expectNoTrouble(lab);
  });

  /** How far the log is: asked often, so it must cost little. */
  const head = async (): Promise<number> => (await lab.ask('GET', '/health')).seq;
  lab.hook = async (event, fields = {}) => {
    const before = event === 'PermissionRequest' ? await head() : 0;
    const answer = fetch(`${lab.daemon.url}/hook`, {
      method: 'POST',
      headers: { authorization: `Bearer ${lab.daemon.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ session_id: 's1', cwd: '/home/dev/shop', hook_event_name: event, ...fields }),
    });
    if (event !== 'PermissionRequest') return expect((await answer).status).toBe(202);
    // Its answer may be long in coming, and never comes when the daemon is killed.
    let isAnswered = false;
    const note = (): void => {
      isAnswered = true;
    };
    void answer.then(note, note);
    await until('the request is told', async () => isAnswered || (await head()) > before);
  };
  lab.ask = async (method, target, body) => {
    const answer = await fetch(`${lab.daemon.url}${target}`, {
      method,
      headers: {
        authorization: `Bearer ${lab.daemon.token}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return answer.json();
  };
  lab.send = async fields => {
    const { id } = await lab.ask('POST', '/api/messages', { to: 'backend', message: 'hello', ...fields });
    expect(id).toEqual(expect.any(String));
    return id;
  };
  lab.logIn = async (route = '#/', readOnly = false) => {
    const { url } = lab.daemon;
    // The browser's own cookies: as a page does it, but without loading one more.
    const answer = await lab.context.request.post(`${url}/api/login`, {
      headers: { origin: url },
      data: { ticket: await makeTicket(lab.daemon, readOnly) },
    });
    expect(answer.status()).toBe(200);
    await lab.page.goto(`${url}/${route}`);
    await live(lab.page);
  };
  lab.seqs = async topics => {
    const answer = await fetch(
      `${lab.daemon.url}/api/events?topics=${topics}&before=${Number.MAX_SAFE_INTEGER}&limit=1000`,
      {
        headers: { authorization: `Bearer ${lab.daemon.token}` },
      },
    );
    return ((await answer.json()) as { events: { seq: number }[] }).events.map(({ seq }) => seq);
  };
  lab.go = async route => {
    await lab.page.evaluate(to => {
      location.hash = to;
    }, route);
  };
  lab.restart = async meanwhile => {
    const { port } = lab.daemon;
    await lab.daemon.stop('SIGKILL');
    await lab.page.locator('#connection:not([data-phase="live"])').waitFor();
    await meanwhile?.();
    lab.daemon = await startDaemon(lab.place, '--port', String(port));
    await live(lab.page);
  };
  return lab;
}

/** Waits until a page is connected; one that is not says what it shows instead. */
export async function live(page: Page): Promise<void> {
  try {
    await page.locator('#connection[data-phase="live"]').waitFor();
  } catch (error) {
    const shown = await page.locator('body').innerText();
    throw new Error(`${page.url()} is not live; it shows:\n${shown.slice(0, 1000)}`, { cause: error });
  }
}

/** Watches a page that has not been anywhere yet. */
export async function watch(page: Page): Promise<Watched> {
  const trouble: string[] = [];
  const requests: string[] = [];
  page.setDefaultTimeout(PATIENCE_MS);
  page.on('dialog', dialog => {
    trouble.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('pageerror', error => trouble.push(`error: ${error.message}`));
  page.on('request', request => requests.push(request.url()));
  page.on('websocket', socket => requests.push(socket.url()));
  await page.exposeBinding('toldByTheTest', (_source, words: string) => {
    trouble.push(words);
  });
  await page.addInitScript(() => {
    const tell = (words: string): void =>
      (globalThis as unknown as { toldByTheTest(words: string): void }).toldByTheTest(words);
    document.addEventListener('securitypolicyviolation', event =>
      tell(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`),
    );
    Object.defineProperty(globalThis, 'pwned', { set: () => tell('a script out of an event ran') });
  });
  return { trouble, requests };
}

/** Nothing went wrong on a page, and nothing on it came from elsewhere. */
export function expectNoTrouble({ trouble, requests }: Watched): void {
  expect(trouble).toEqual([]);
  expect(requests.filter(url => !/^(data:|(http|ws):\/\/127\.0\.0\.1:)/.test(url))).toEqual([]);
}
