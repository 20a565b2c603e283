// What is read at brokers, as `in` writes it: which broker is meant, what of it, and what is wrong where none is.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';
import { code } from '../support/pages.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});

function load(written: object, env: Record<string, string> = {}) {
  const homedir = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-config-'));
  folders.push(homedir);
  fs.mkdirSync(path.join(homedir, '.hookline'));
  fs.writeFileSync(path.join(homedir, '.hookline/config.json'), JSON.stringify(written));
  return loadConfig({ env, homedir });
}

const SECRET = 'pa55w0rd';

describe('what is read at a broker', () => {
  it('belongs to the broker of that label, wherever that is configured', () => {
    const inputs = [
      { fifo: '/run/ci', to: 'ops' },
      { mqtt: 'plant/+/alarm@mqtt', to: 'ops', priority: 'high' },
      { mqtt: 'a@b/state@mqtt', to: 'backend', from: 'press', ttlMs: 60_000, template: '{{text}}' },
    ];
    const { brokers, in: lines } = load(
      { in: inputs },
      { HOOKLINE_BROKERS: 'amqp://box.lan,mqtt://box.lan' },
    );
    expect(lines).toEqual([inputs[0]]);
    expect(brokers.map(one => one.in)).toEqual([
      [],
      [
        { from: 'plant/+/alarm', to: 'ops', rule: { priority: 'high' } },
        { from: 'a@b/state', to: 'backend', rule: { from: 'press', ttlMs: 60_000, template: '{{text}}' } },
      ],
    ]);
  });

  it('comes after what that broker takes in as text', () => {
    const { brokers } = load({
      brokers: [{ url: 'redis://box.lan', in: [{ from: 'jobs', to: 'ops' }] }],
      in: [{ redis: 'alarms@redis', to: 'ops' }],
    });
    expect(brokers[0]?.in).toEqual([
      { from: 'jobs', to: 'ops' },
      { from: 'alarms', to: 'ops', rule: {} },
    ]);
  });

  it.each([
    ['mqtt', 'mqtt://box.lan:1884/plant/+/alarm/#', 'mqtt://box.lan:1884', 'plant/+/alarm/#'],
    ['mqtt', 'mqtt://box.lan//leading', 'mqtt://box.lan', '/leading'],
    ['mqtts', 'mqtts://u:p%40ss@box.lan/a%20b/100%', 'mqtts://u:p%40ss@box.lan', 'a%20b/100%'],
    ['mqtts', 'mqtts://box.lan/a%20b', 'mqtts://box.lan', 'a b'],
    ['nats', 'nats://box.lan/plant.*.>', 'nats://box.lan', 'plant.*.>'],
    ['redis', 'redis://box.lan/hookline:jobs', 'redis://box.lan', 'hookline:jobs'],
    ['redis', 'redis://box.lan/2/jobs', 'redis://box.lan/2', 'jobs'],
    ['redis', 'redis://box.lan/2', 'redis://box.lan', '2'],
    ['amqp', 'amqp://box.lan/jobs', 'amqp://box.lan', 'jobs'],
    ['amqps', 'amqps://ci@box.lan/team/jobs/eu', 'amqps://ci@box.lan/team', 'jobs/eu'],
    ['amqp', 'amqp://box.lan/%2Fdev/jobs', 'amqp://box.lan/%2Fdev', 'jobs'],
  ])('may be a URL of %s: %s', (scheme, written, url, from) => {
    const kind = ['amqp', 'mqtt', 'redis', 'nats'].find(one => scheme.startsWith(one)) ?? '';
    const { brokers } = load({ in: [{ [kind]: written, to: 'ops' }] });
    expect(brokers).toEqual([
      {
        ...{ url, kind, label: kind, node: expect.stringMatching(/./), events: [], names: [] },
        in: [{ from, to: 'ops', rule: {} }],
      },
    ]);
  });

  it('uses the connection of a broker that is configured, by whichever words, and else shares one of its own', () => {
    const { brokers } = load({
      brokers: [
        { url: 'mqtt://laptop@Box.lan:1883', passwordFile: '/run/secret' },
        { url: 'amqp://box.lan/team' },
      ],
      in: [
        { mqtt: 'mqtt://box.lan/a', to: 'x' },
        { mqtt: 'mqtt://other@box.lan/b', to: 'x' },
        { mqtt: 'mqtt://other@box.lan/c', to: 'x' },
        { mqtt: 'd@mqtt-2', to: 'x' },
        { amqp: 'amqp://box.lan:5672/team/jobs', to: 'x' },
        { amqp: 'amqp://box.lan/jobs', to: 'x' },
      ],
    });
    expect(brokers.map(one => [one.label, one.in.map(({ from }) => from)])).toEqual([
      ['mqtt', ['a']],
      ['amqp', ['jobs']],
      ['mqtt-2', ['b', 'c', 'd']],
      ['amqp-2', ['jobs']],
    ]);
  });

  it.each([
    [{ mqtt: 'plant/#', to: 'x' }, '[0].mqtt: it must be the topic, "@" and the label of a broker, or a URL'],
    [{ mqtt: 'plant/#@plant', to: 'x' }, '[0].mqtt: no broker is called "plant"; there are amqp'],
    [{ mqtt: 'plant/#@amqp', to: 'x' }, 'the broker amqp speaks amqp; write "amqp" in place of "mqtt"'],
    [
      { mqtt: `amqp://u:${SECRET}@box.lan/q`, to: 'x' },
      'it is no URL of this kind of broker, such as mqtt://',
    ],
    [{ nats: `nats://u:${SECRET}@box.lan`, to: 'x' }, 'it does not say which subject to read'],
    [{ redis: `redis://u:${SECRET}@box.lan/3/`, to: 'x' }, 'it does not say which stream to read'],
    [{ mqtt: `mqtt://u:${SECRET}@box.lan/a/#/b`, to: 'x' }, '"a/#/b" is no topic filter'],
    [{ mqtt: 'mqtt://box.lan/a+/b', to: 'x' }, '"a+/b" is no topic filter'],
    [{ nats: 'nats://box.lan/a..b', to: 'x' }, '"a..b" is no subject'],
    [{ nats: 'nats://box.lan/a.>.b', to: 'x' }, '"a.>.b" is no subject'],
    [{ amqp: `${'q'.repeat(256)}@amqp`, to: 'x' }, 'a queue has 1 to 255 bytes'],
    [{ amqp: 'jobs@amqp', to: 'x' }, 'the queue jobs of amqp is there twice'],
    [{ mqtt: `mqtt://u:${SECRET}@box.lan/a`, to: 'x y' }, '[0].to: must be a name'],
    [{ mqtt: `mqtt://u:${SECRET}@box.lan/a` }, '[0].to: '],
    [{ mqtt: `mqtt://u:${SECRET}@box.lan/a`, to: 'x', fifo: '/a' }, 'must have one of fifo, unix, amqp'],
  ])('%j is refused in words, without the password', (input, words) => {
    const brokers = [{ url: 'amqp://box.lan', in: [{ from: 'jobs', to: 'ops' }] }];
    const refused = (): unknown => load({ brokers, in: [input] });
    expect(refused).toThrow(words);
    expect(refused).toThrow(/config\.json: "in" is wrong at \[0\]/);
    expect(refused).not.toThrow(SECRET);
  });

  it('is what the page of brokers says', () => {
    const [example = ''] = code('docs/brokers.md', 'json').filter(one => one.includes('"in"'));
    expect(load(JSON.parse(example)).brokers.map(({ label, in: inputs }) => [label, inputs[0]])).toEqual([
      ['plant', expect.objectContaining({ from: 'plant/+/alarm', to: 'ops' })],
      ['amqp', { from: 'jobs', to: 'backend', rule: { from: 'ci' } }],
      ['redis', { from: 'deploys', to: 'backend', rule: { ttlMs: 600_000 } }],
      ['nats', { from: 'plant.*.alarm', to: 'ops', rule: {} }],
    ]);
  });

  it('is checked where a broker names it as well', () => {
    const withIn = (...from: string[]) => ({
      brokers: [{ url: 'mqtt://box.lan', in: from.map(one => ({ from: one, to: 'ops' })) }],
    });
    expect(() => load(withIn('a', 'b/#/c'))).toThrow(/\[0\]\.in\[1\]\.from: "b\/#\/c" is no topic filter/);
    expect(() => load(withIn('a', 'a'))).toThrow(/\[0\]\.in\[1\]\.from: is there twice/);
  });
});
