// The real client waits for a permission: its user is told by a webhook once, over a daemon that is killed, and has seen it for every client.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secretBytes, signatureOf } from '../../src/standard-webhooks.ts';
import { findClaude } from '../support/claude/client.ts';
import { bash } from '../support/claude/scenarios.ts';
import { hasTmux, openTerminal, type Terminal } from '../support/claude/terminal.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import { type Daemon, hookline, hooklineOk, startDaemon } from '../support/hookline.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { openStream, type Stream } from '../support/stream.ts';
import { until } from '../support/until.ts';

const claude = await findClaude();
const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const asking = (file: string) => [{ tools: [bash(`touch ${file}`)] }, { text: `Over with ${file}.` }];

describe.skipIf(!claude.found || !hasTmux())('a session of the real client that waits', () => {
  let world: World;
  let daemon: Daemon;
  let receiver: Receiver;
  let stream: Stream;
  let terminal: Terminal;

  const posts = () => receiver.got.map(({ json }) => json.data);
  async function start(): Promise<void> {
    daemon = await startDaemon(world);
    stream = await openStream(daemon);
    stream.send({ type: 'subscribe', topics: ['alert.*'] });
    await stream.waitFor('the subscription', frame => frame.type === 'subscribed');
  }
  const alert = (type: string, alertId: string) =>
    stream.waitFor(type, frame => frame.type === type && frame.data?.['alertId'] === alertId);
  async function openAlerts(): Promise<{ alertId: string }[]> {
    const answer = await fetch(`${daemon.url}/api/snapshot`, {
      headers: { authorization: `Bearer ${daemon.token}` },
    });
    return ((await answer.json()) as { alerts?: { alertId: string }[] }).alerts ?? [];
  }

  beforeAll(async () => {
    if (!claude.found) return;
    receiver = await startReceiver();
    world = await createWorld({
      bin: claude.bin,
      scenarios: { first: asking('first'), second: asking('second') },
    });
    const secretFile = path.join(world.root, 'secret');
    fs.writeFileSync(secretFile, secret, { mode: 0o600 });
    fs.mkdirSync(world.hooklineHome, { mode: 0o700 });
    const alertTargets = { ops: { webhook: `${receiver.url}/in`, secretFile } };
    const alerts = [{ when: 'waiting', for: '1s', project: 'project', to: ['browser', 'ops'] }];
    fs.writeFileSync(path.join(world.hooklineHome, 'config.json'), JSON.stringify({ alerts, alertTargets }));
    await hooklineOk(world, 'install');
    await start();
    terminal = await openTerminal({ world, args: ['--permission-mode', 'default'] });
    await terminal.waitFor(/❯/);
  });
  afterAll(async () => {
    stream?.close();
    await terminal?.close();
    await daemon?.stop();
    await world?.close();
  });

  it('is told once, signed, though the daemon is killed meanwhile, and is over when it is answered', async () => {
    await terminal.submit('RUN:first');
    await terminal.waitFor(/Do you want to proceed/);
    const { headers, body, json } = await until('it is posted', () => receiver.got[0]);
    const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = headers;
    const key = secretBytes(secret) ?? Buffer.of();
    expect(signature).toBe(signatureOf(key, { id: String(id), timestamp: String(timestamp), body }));
    expect(json).toMatchObject({
      type: 'alert.fired',
      data: { alertId: id, when: 'waiting', text: 'Bash: touch first', project: world.project },
    });
    expect(json.data.link).toBe(`${daemon.url}/#/session/${json.data.sessionId}`);
    await alert('alert.delivered', json.data.alertId);

    stream.close();
    await daemon.stop('SIGKILL');
    await start();
    expect(await openAlerts()).toMatchObject([{ alertId: id }]);
    await terminal.press('Enter');
    await terminal.waitFor(/Over with first/);
    await alert('alert.closed', json.data.alertId);
    expect(await openAlerts()).toEqual([]);
    expect(posts()).toHaveLength(1);
  });

  it('is acknowledged once for all: from a terminal, on the stream, in the state', async () => {
    await terminal.submit('RUN:second');
    await terminal.waitFor(/touch second[\s\S]*Do you want to proceed/);
    await until('it is posted', () => receiver.got.length === 2);
    const { alertId } = posts()[1];
    const list = await hooklineOk(world, 'alerts', 'list');
    expect(list.stdout).toContain(alertId.slice(0, 5));
    expect(list.stdout).toContain('Bash: touch second');
    await hooklineOk(world, 'alerts', 'ack', alertId.slice(0, 5));
    expect((await alert('alert.acknowledged', alertId)).data?.['by']).toBe('main token');
    expect(await openAlerts()).toEqual([]);
    expect((await hooklineOk(world, 'alerts', 'list')).stderr).toContain('No alert is open.');
    expect((await hookline(world, 'alerts', 'ack', alertId)).code).toBe(1);
    await terminal.press('Enter');
    await terminal.waitFor(/Over with second/);
    await alert('alert.closed', alertId);
    expect(posts()).toHaveLength(2);
  });

  it('whoever is told can be tried, and what is wrong with a target is said', async () => {
    const tried = await hooklineOk(world, 'alerts', 'test');
    expect(tried.stdout).toBe('browser: told; pages that are open show it\nops: reached\n');
    expect(posts().at(-1)).toMatchObject({ when: 'test' });
    receiver.answers.push({ status: 403 });
    const refused = await hookline(world, 'alerts', 'test', 'ops');
    expect([refused.code, refused.stdout]).toEqual([
      1,
      `ops: not reached; POST ${receiver.url} was answered 403\n`,
    ]);
  });
});
