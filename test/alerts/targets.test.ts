// What each kind of target is sent, and what becomes of an alert that does not arrive.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bulletin, couriersOf, Push } from '../../src/alerts/index.ts';
import { secretBytes, signatureOf } from '../../src/standard-webhooks.ts';
import { readyAlerts } from '../support/alert-rules.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { until } from '../support/until.ts';
import { AlertWorld, HOUR, MINUTE } from './world.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-targets-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const fileOf = (name: string, content: string): string => {
  const file = path.join(folder, name);
  fs.writeFileSync(file, content);
  return file;
};

const NO_PUSH = new Push({ home: folder, durable: false, subject: '', now: Date.now });

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});

const bulletin: Bulletin = {
  ...{ alertId: 'kqzwmvthpxrd', when: 'waiting', rule: 'waiting:2m', cause: 'waiting s1 1', sessionId: 's1' },
  ...{ since: 1_795_000_000_000, firedAt: 1_795_000_120_000, to: ['phone'] },
  ...{ title: 'shop waits for a permission', text: 'Bash: echo "<!channel> *b* @everyone" & ls' },
  ...{ advice: 'Answer it on the page, or at its terminal.', session: 'shop', project: '/home/dev/shop' },
  link: 'https://box.example/#/session/s1',
};

const courierOf = (target: object) => {
  const [courier] = couriersOf(readyAlerts([{ when: 'failed', to: target }]), NO_PUSH);
  if (courier === undefined) throw new Error('nobody brings it');
  return courier;
};
const send = (target: object) => courierOf(target).send(bulletin, new AbortController().signal);

describe('what is sent', () => {
  it('to a webhook: the alert, signed as Standard Webhooks asks for, by every secret of the file', async () => {
    const other = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
    const secretFile = fileOf('secrets', `${secret}\n${other}\n`);
    expect(await send({ webhook: `${receiver.url}/in`, secretFile })).toEqual({ kind: 'done' });
    const [{ path: target, headers, body, json } = expect.fail('nothing came')] = receiver.got;
    expect(target).toBe('/in');
    expect(json).toEqual({ type: 'alert.fired', timestamp: '2026-11-18T11:08:40.000Z', data: bulletin });
    const { 'webhook-id': id = '', 'webhook-timestamp': timestamp = '' } = headers as Record<string, string>;
    expect(id).toBe('kqzwmvthpxrd');
    const signed = [secret, other].map(text =>
      signatureOf(secretBytes(text) ?? Buffer.of(), { id, timestamp, body }),
    );
    expect(headers['webhook-signature']).toBe(signed.join(' '));
  });

  it('to ntfy: JSON to its server, with the topic in it, and the token of the file', async () => {
    const tokenFile = fileOf('token', 'tk_0123456789\n');
    expect(await send({ ntfy: `${receiver.url}/my-alerts`, tokenFile })).toEqual({ kind: 'done' });
    const [{ path: target, headers, json } = expect.fail('nothing came')] = receiver.got;
    expect([target, headers['authorization']]).toEqual(['/', 'Bearer tk_0123456789']);
    expect(json).toEqual({
      ...{
        topic: 'my-alerts',
        title: bulletin.title,
        priority: 4,
        tags: ['raised_hand'],
        click: bulletin.link,
      },
      message: `${bulletin.text}\nin /home/dev/shop\n${bulletin.advice}`,
    });
  });

  it('to Slack: a text for notifications and blocks, in which what others wrote calls nobody', async () => {
    const slackFile = fileOf('slack', `${receiver.url}/services/T0/B0/x\n`);
    expect(await send({ slackFile })).toEqual({ kind: 'done' });
    const [{ path: target, json } = expect.fail('nothing came')] = receiver.got;
    expect(target).toBe('/services/T0/B0/x');
    expect(json.text).toBe(
      'shop waits for a permission: Bash: echo "&lt;!channel&gt; *b* @everyone" &amp; ls',
    );
    const plain = (text: string) => ({ type: 'plain_text', text, emoji: false });
    expect(json.blocks).toEqual([
      { type: 'header', text: plain(bulletin.title) },
      { type: 'section', text: plain(`${bulletin.text}\n${bulletin.advice}`) },
      { type: 'context', elements: [plain('shop · /home/dev/shop')] },
      { type: 'section', text: { type: 'mrkdwn', text: `<${bulletin.link}|Open it in hookline>` } },
    ]);
  });

  it('to Discord: an embed, in which what others wrote is no markup, and nobody is called', async () => {
    const discordFile = fileOf('discord', `${receiver.url}/api/webhooks/1/x`);
    expect(await send({ discordFile })).toEqual({ kind: 'done' });
    const [{ json } = expect.fail('nothing came')] = receiver.got;
    expect(json).toEqual({
      username: 'hookline',
      allowed_mentions: { parse: [] },
      embeds: [
        {
          ...{ title: bulletin.title, url: bulletin.link, timestamp: '2026-11-18T11:08:40.000Z' },
          description: `Bash: echo "\\<!channel\\> \\*b\\* \\@everyone" & ls\n${bulletin.advice}`,
          fields: [
            { name: 'session', value: 'shop', inline: true },
            { name: 'project', value: '/home/dev/shop', inline: true },
          ],
        },
      ],
    });
  });
});

describe('what does not arrive', () => {
  it('is told without what is secret in a URL, and a redirect is not followed', async () => {
    const elsewhere = await startReceiver();
    receiver.answers.push({ status: 307, headers: { location: `${elsewhere.url}/x` } }, { status: 403 });
    const slackFile = fileOf('slack', `${receiver.url}/services/secret`);
    const first = await send({ slackFile });
    expect(first).toMatchObject({ kind: 'failed', again: false, status: 307 });
    expect(first).toHaveProperty('why', expect.stringContaining('redirects are not followed'));
    expect(await send({ slackFile })).toEqual({
      ...{ kind: 'failed', again: false, status: 403 },
      why: `POST ${receiver.url} was answered 403`,
    });
    expect(elsewhere.got).toEqual([]);
  });

  it.each([
    ['is not there', { slackFile: '/nowhere/slack' }, /\/nowhere\/slack cannot be read/],
    ['holds no URL', { discordFile: fileOf('d', 'hunter2') }, /d must hold a URL/],
    [
      'holds no secret',
      { webhook: 'http://127.0.0.1:1/', secretFile: fileOf('w', 'hunter2') },
      /w must hold "whsec_"/,
    ],
    [
      'holds two lines',
      { ntfy: 'http://127.0.0.1:1/t', tokenFile: fileOf('t', 'hunter2\nx') },
      /t must hold one line/,
    ],
  ])('because a file %s: tried again, for it may be mended, and never quoted', async (_what, target, why) => {
    const failed = await send(target);
    expect(failed).toMatchObject({ kind: 'failed', again: true, why: expect.stringMatching(why) });
    expect(courierOf(target).problem?.()).toMatch(why);
    expect(JSON.stringify(failed)).not.toContain('hunter2');
  });
});

describe('deliveries', () => {
  const waiting = { when: 'waiting', for: '0s', to: 'browser' };

  /** A world with one rule that tells the receiver. */
  function worldOf(more: readonly object[] = []): AlertWorld {
    const target = { webhook: receiver.url, secretFile: fileOf('secret', secret) };
    const rules = [{ ...waiting, to: ['browser', target] }, ...more];
    const world = new AlertWorld(rules, couriersOf(readyAlerts(rules), NO_PUSH));
    world.works();
    world.asks('npm publish');
    return world;
  }
  const told = (world: AlertWorld): string[] =>
    world.log.flatMap(({ type, data }) => (/delivered$/.test(type) ? [`${type} ${data['target']}`] : []));
  const posts = (count: number) => until(`${count} posts`, () => receiver.got.length === count);

  it('are tried until one is taken, with the same id, and that is on record', async () => {
    receiver.answers.push({ status: 500 }, { status: 429, headers: { 'retry-after': '60' } });
    const world = worldOf();
    await world.look();
    await posts(1);
    await until('the first try is over', async () => {
      await world.passes(2000);
      return receiver.got.length === 2;
    });
    const before = world.clock;
    await until('it is told', async () => {
      await world.passes(1000);
      return told(world).length === 1;
    });
    expect(world.clock - before).toBeGreaterThan(50_000);
    expect(told(world)).toEqual(['alert.delivered webhook']);
    expect(new Set(receiver.got.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    await world.passes(HOUR);
    await world.alerts.stop();
    expect(receiver.got).toHaveLength(3);
  });

  it('that are refused for good are told as such, and not tried again', async () => {
    receiver.answers.push({ status: 410 });
    const world = worldOf();
    await world.look();
    await until('it is told', () => told(world).length === 1);
    expect(world.log.at(-1)).toMatchObject({
      type: 'alert.undelivered',
      data: { target: 'webhook', reason: `POST ${receiver.url} was answered 410` },
    });
    await world.passes(HOUR);
    await world.alerts.stop();
    expect(receiver.got).toHaveLength(1);
  });

  it('end with what they are about: who was acknowledged, or answered, is brought nowhere any more', async () => {
    receiver.answers.push({ status: 500 });
    const world = worldOf();
    await world.look();
    await posts(1);
    await world.alerts.acknowledge(world.idOf('shop waits for a permission'), 'page');
    await world.passes(MINUTE);
    await world.alerts.stop();
    expect(receiver.got).toHaveLength(1);
    expect(told(world)).toEqual([]);
  });

  it('go on after a restart where they did not arrive, and only there', async () => {
    receiver.answers.push({ status: 500 });
    const world = worldOf();
    await world.look();
    await posts(1);
    await world.alerts.stop();
    world.restart({ from: 'log' });
    await world.look();
    await until('it is told', () => told(world).length === 1);
    await world.alerts.stop();
    world.restart({ from: 'checkpoint' });
    await world.passes(HOUR);
    await world.alerts.stop();
    expect(receiver.got).toHaveLength(2);
  });

  it('are one a second to a target, however many there are', async () => {
    const world = worldOf();
    world.works('s2', '/a/two');
    world.asks('ls', { sessionId: 's2' });
    await world.look();
    await until('the first is told', () => told(world).length === 1);
    await world.look();
    expect(receiver.got).toHaveLength(1);
    await world.passes(1000);
    await until('the second is told', () => told(world).length === 2);
    expect(receiver.got.map(({ json }) => json.data.title)).toEqual([
      'shop waits for a permission',
      'two waits for a permission',
    ]);
    await world.alerts.stop();
  });

  it('to a target that is in the configuration no more are given up', async () => {
    receiver.answers.push({ status: 500 });
    const world = worldOf();
    await world.look();
    await posts(1);
    await world.alerts.stop();
    const rule = { ...waiting, to: ['browser'] };
    world.restart({ from: 'log', rules: [rule], couriers: [] });
    await world.look();
    await until('it is told', () => told(world).length === 1);
    expect(world.log.at(-1)?.data['reason']).toBe('no rule tells it any more');
  });

  it('can be tried with an alert about nothing, which nobody has to acknowledge', async () => {
    const world = worldOf();
    receiver.answers.push({ status: 200 }, { status: 404 });
    expect(await world.alerts.test(undefined)).toEqual([{ target: 'browser' }, { target: 'webhook' }]);
    expect(receiver.got[0]?.json.data).toMatchObject({ when: 'test', title: 'hookline reaches you' });
    expect(world.open).toEqual([]);
    expect(await world.alerts.test('webhook')).toEqual([
      { target: 'webhook', reason: `POST ${receiver.url} was answered 404` },
    ]);
    await expect(world.alerts.test('nobody')).rejects.toThrow(
      'no rule tells "nobody"; there are browser, webhook',
    );
  });
});
