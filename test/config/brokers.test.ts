// The brokers of the configuration: what is filled in, what is refused, and that no error shows a password.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});

function load(brokers: unknown, env: Record<string, string> = {}) {
  const homedir = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-config-'));
  folders.push(homedir);
  fs.mkdirSync(path.join(homedir, '.hookline'));
  if (brokers !== undefined)
    fs.writeFileSync(path.join(homedir, '.hookline/config.json'), JSON.stringify({ brokers }));
  return { homedir, ...loadConfig({ env, homedir }) };
}

describe('a broker', () => {
  it('has a kind by its scheme, which is also what it is called, and this machine the name of the host', () => {
    const urls = ['amqp', 'amqps', 'mqtt', 'mqtts', 'redis', 'rediss', 'nats', 'tls'].map(
      scheme => `${scheme}://box.lan`,
    );
    const kinds = urls.map(url => load([{ url }]).brokers[0]);
    expect(kinds.map(one => one?.kind)).toEqual([
      'amqp',
      'amqp',
      'mqtt',
      'mqtt',
      'redis',
      'redis',
      'nats',
      'nats',
    ]);
    for (const one of kinds) {
      expect(one).toMatchObject({ label: one?.kind, events: [], in: [] });
      expect(one?.node).toMatch(/^[a-z0-9][a-z0-9-]{0,31}$/);
    }
  });

  it('may be given in the environment, as URLs or as JSON', () => {
    const plain = load(undefined, { HOOKLINE_BROKERS: 'amqp://a.lan, redis://b.lan' }).brokers;
    expect(plain.map(({ url, label }) => [url, label])).toEqual([
      ['amqp://a.lan', 'amqp'],
      ['redis://b.lan', 'redis'],
    ]);
    const json = load(undefined, {
      HOOKLINE_BROKERS: '[{"url": "nats://c.lan", "label": "team", "node": "one"}]',
    });
    expect(json.brokers).toMatchObject([{ kind: 'nats', label: 'team', node: 'one' }]);
  });

  it('names files that are found wherever the daemon is started', () => {
    const { brokers, homedir } = load([
      { url: 'amqps://box.lan', passwordFile: '~/secrets/amqp', ca: '/etc/ssl/ours.pem' },
    ]);
    expect(brokers[0]).toMatchObject({
      passwordFile: path.join(homedir, 'secrets/amqp'),
      ca: '/etc/ssl/ours.pem',
    });
    expect(brokers[0]).not.toHaveProperty('cert');
  });

  const secret = 'pa55w0rd';
  it.each([
    [[{ url: `http://u:${secret}@box.lan` }], /begins with one of amqp:/],
    [[{ url: `amqp://u:${secret}@box.lan`, label: 'Not This' }], /1 to 32 of a-z/],
    [[{ url: `amqp://u:${secret}@box.lan`, events: ['tool.['] }], /must be a topic/],
    [[{ url: `amqp://u:${secret}@box.lan`, passwordFile: 'here' }], /must be an absolute path/],
    [[{ url: `amqp://u:${secret}@box.lan`, password: secret }], /Unrecognized key/],
    [[{ url: `amqp://u:${secret}@box.lan`, in: [{ from: 'jobs' }] }], /brokers/],
    [[{ url: `amqp://a:${secret}@a.lan` }, { url: `amqp://b:${secret}@b.lan` }], /two have the same label/],
    [`amqp://u:${secret}@box.lan`, /brokers/],
  ])('%j is refused in words, without the password', (brokers, words) => {
    const refused = (): unknown => load(brokers);
    expect(refused).toThrow(words);
    expect(refused).not.toThrow(secret);
  });

  it('in the environment is refused without the password too', () => {
    const refused = (): unknown =>
      load(undefined, { HOOKLINE_BROKERS: `[{"url": "amqp://u:${secret}@box.lan"` });
    expect(refused).toThrow(/HOOKLINE_BROKERS/);
    expect(refused).not.toThrow(secret);
  });
});
