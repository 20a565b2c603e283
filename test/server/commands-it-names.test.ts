// Pages and refusals name commands as they are run here, not as they are run elsewhere.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';

const self = `HOOKLINE_HOME='/the "state" & more' node /here/main.js`;
let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await startTestDaemon({ self });
});
afterAll(() => daemon.stop());

const text = async (target: string, init: RequestInit = {}): Promise<string> =>
  (await fetch(`${daemon.url}${target}`, init)).text();

it('the page that says how to log in', async () => {
  expect(await text('/')).toContain(
    '<code id="command">HOOKLINE_HOME=&#39;/the &#34;state&#34; &#38; more&#39; node /here/main.js open</code>',
  );
});

it.each(['/', '/docs', '/assets/public/index.html', '/assets/public/login.html', '/assets/public/docs.html'])(
  '%s, for what its scripts say',
  async target => {
    const page = await text(target);
    expect(page).toContain('data-hookline="HOOKLINE_HOME=&#39;');
    expect(page).not.toContain('{{');
  },
);

it('whoever comes without a token, with one that does not reach, or with a ticket that was used', async () => {
  const message = async (target: string, init?: RequestInit): Promise<string> =>
    (JSON.parse(await text(target, init)) as { error: { message: string } }).error.message;
  expect(await message('/api/sessions')).toContain(`\`${self} token\` prints it, \`${self} open\` logs`);
  const headers = { authorization: `Bearer ${daemon.hookToken}`, 'content-type': 'application/json' };
  expect(await message('/api/sessions', { headers })).toContain(`that \`${self} token\` prints`);
  const login = { method: 'POST', headers, body: '{"ticket":"none"}' };
  expect(await message('/api/login', login)).toContain(`run \`${self} open\` again`);
});
