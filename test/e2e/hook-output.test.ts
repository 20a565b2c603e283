// Into sessions without an inbox: what waits is brought by their own hooks, and counts as delivered once the model went on from it.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claudeVersion, findClaude } from '../support/claude/client.ts';
import { runClaude } from '../support/claude/headless.ts';
import { bash } from '../support/claude/scenarios.ts';
import { hasTmux, openTerminal, type Terminal } from '../support/claude/terminal.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import { type Daemon, hookline, hooklineOk, startDaemon } from '../support/hookline.ts';
import { openStream, type Stream } from '../support/stream.ts';
import { until } from '../support/until.ts';

const OLD = '2.1.197';
const clients = [
  // An inbox came later.
  { name: OLD, client: await findClaude(OLD), batch: true },
  // It has one, and the test takes it away.
  { name: claudeVersion, client: await findClaude(), batch: false },
];
const scenarios = {
  greet: [{ text: 'Good morning.' }],
  work: [{ tools: [bash('sleep 3')] }, { text: 'I worked.' }],
  think: [{ text: 'I thought.', delayMs: 3000 }],
};

/** The hook that waits to wake an old client would bring first what the others bring with the next prompt. */
function withoutWaking(world: World): void {
  const settings = JSON.parse(fs.readFileSync(world.settingsFile, 'utf8')) as {
    hooks: Record<string, { hooks: { asyncRewake?: boolean }[] }[]>;
  };
  for (const group of Object.values(settings.hooks).flat())
    group.hooks = group.hooks.filter(({ asyncRewake }) => asyncRewake !== true);
  world.writeSettings(settings);
}

describe.each(clients)('a session of Claude Code $name that has no inbox', ({ client, batch }) => {
  describe.skipIf(!client.found || !hasTmux())('gets what waits for it', () => {
    let world: World;
    let daemon: Daemon;
    let stream: Stream;
    let terminal: Terminal;
    let sessionId = '';

    beforeAll(async () => {
      if (!client.found) return;
      world = await createWorld({ bin: client.bin, scenarios });
      await hooklineOk(world, 'install');
      withoutWaking(world);
      daemon = await startDaemon(world);
      stream = await openStream(daemon);
      stream.send({ type: 'subscribe', topics: ['**'] });
      terminal = await openTerminal({ world, args: ['--permission-mode', 'acceptEdits'] });
      await terminal.waitFor(/❯/);
      await terminal.submit('RUN:greet');
      await terminal.waitFor(/Good morning/);
      ({ sessionId = '' } = await stream.waitFor('the turn', ({ type }) => type === 'turn.completed'));
      await hooklineOk(world, 'name', sessionId, 'backend');
      fs.rmSync(path.join(world.root, 'cc-socks'), { recursive: true, force: true });
    });
    afterAll(async () => {
      stream?.close();
      await terminal?.close();
      await daemon?.stop();
      await world?.close();
    });

    async function send(message: string, to = 'backend'): Promise<string> {
      const answer = await fetch(`${daemon.url}/api/messages`, {
        method: 'POST',
        headers: { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ to, message, from: 'ci' }),
      });
      return ((await answer.json()) as { id: string }).id;
    }
    const told = (id: string): unknown[] =>
      stream
        .events()
        .filter(({ type, data }) => type.startsWith('inbox.') && data?.['messageId'] === id)
        .map(({ type, data }) => [type.slice('inbox.'.length), data?.['path']]);
    const delivered = (id: string): Promise<unknown> =>
      stream.waitFor('it', ({ type, data }) => type === 'inbox.delivered' && data?.['messageId'] === id);
    const requestsWith = (id: string): number =>
      world.api.requests.filter(({ text }) => text.includes(`message id=${id} `)).length;
    const way = [
      ['queued', undefined],
      ['accepted', 'hook-output'],
      ['delivered', 'hook-output'],
    ];

    it('with the next prompt, when it is idle; until then nobody says that it has it', async () => {
      expect((await hooklineOk(world, 'names')).stdout).toMatch(/backend\s+live.*by hook-output/);
      const id = await send('The tests are red.');
      expect((await hookline(world, 'inbox')).stdout).toContain('backend');
      expect([told(id), requestsWith(id)]).toEqual([[['queued', undefined]], 0]);
      await terminal.submit('RUN:greet once more');
      await delivered(id);
      await expect.poll(() => told(id)).toEqual(way);
      expect(requestsWith(id)).toBeGreaterThan(0);
    });

    it(`in the middle of its work, ${batch ? 'when its calls have ended' : 'when its turn would end'}`, async () => {
      await terminal.submit('RUN:work');
      await stream.waitFor(
        'the call',
        ({ type, data }) => type === 'tool.use' && data?.['toolName'] === 'Bash',
      );
      const id = await send('The tests are green.');
      await delivered(id);
      await expect.poll(() => told(id)).toEqual(way);
      await terminal.waitFor(/I worked[\s\S]*\d/);
    });

    it('at the end of its turn, which goes on then', async () => {
      const before = stream.events().length;
      await terminal.submit('RUN:think');
      await until('it thinks', () =>
        stream
          .events()
          .slice(before)
          .some(({ type }) => type === 'prompt.submitted'),
      );
      const ids = [await send('One.'), await send('Two.')];
      for (const id of ids) {
        await delivered(id);
        await expect.poll(() => told(id)).toEqual(way);
      }
      await terminal.waitFor(
        /I thought[\s\S]*(?:says|feedback): What follows was sent by others[\s\S]*\[hookline message[\s\S]*Noted\./,
      );
    });

    it('without a terminal (-p) too', async () => {
      if (!client.found) return;
      const before = stream.events().length;
      const run = runClaude({
        world,
        prompts: ['RUN:work'],
        bypass: false,
        args: ['--permission-mode', 'acceptEdits'],
      });
      const found = await until('it works', () =>
        stream
          .events()
          .slice(before)
          .find(({ type }) => type === 'tool.use'),
      );
      fs.rmSync(path.join(world.root, 'cc-socks'), { recursive: true, force: true });
      const id = await send('Hello.', String(found.sessionId));
      expect((await run).code).toBe(0);
      await delivered(id);
      await expect.poll(() => told(id)).toEqual(way);
    });
  });
});
