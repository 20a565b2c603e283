// Web Push: what a browser is sent can be read by it alone, comes from us, and goes nowhere but to push services.
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, verify } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bulletin, Push } from '../../src/alerts/index.ts';
import { encrypted } from '../../src/alerts/push/encrypt.ts';
import { isPushService } from '../../src/alerts/push/subscriptions.ts';
import { readyAlerts } from '../support/alert-rules.ts';
import { startTestDaemon } from '../support/daemon.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-push-'));
afterAll(() => fs.rmSync(root, { recursive: true }));

const bulletin = {
  ...{ alertId: 'kqzwm', when: 'waiting', title: 'shop waits', text: 'Bash: ls', sessionId: 's1' },
  link: 'http://127.0.0.1:3838/#/session/s1',
} as Bulletin;

/** A browser: its keys, and how it reads what it is pushed. */
function browser(endpoint: string) {
  const ecdh = createECDH('prime256v1');
  const p256dh = ecdh.generateKeys();
  const auth = Buffer.alloc(16, 3);
  const keys = { p256dh: p256dh.toString('base64url'), auth: auth.toString('base64url') };
  const derive = (key: Buffer, salt: Buffer, info: Buffer, length: number): Buffer =>
    Buffer.from(hkdfSync('sha256', key, salt, info, length));
  const read = (body: Buffer): unknown => {
    const [salt, length] = [body.subarray(0, 16), body[20] ?? 0];
    const theirs = body.subarray(21, 21 + length);
    const sealed = body.subarray(21 + length);
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), p256dh, theirs]);
    const secret = derive(ecdh.computeSecret(theirs), auth, info, 32);
    const key = derive(secret, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
    const nonce = derive(secret, salt, Buffer.from('Content-Encoding: nonce\0'), 12);
    const decipher = createDecipheriv('aes-128-gcm', key, nonce);
    decipher.setAuthTag(sealed.subarray(-16));
    const text = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
    return JSON.parse(text.subarray(0, -1).toString());
  };
  return { subscription: { endpoint, keys }, read };
}

let receiver: Receiver;
let home: string;
beforeEach(async () => {
  receiver = await startReceiver();
  home = fs.mkdtempSync(path.join(root, 'home-'));
});
const open = () =>
  new Push({
    ...{ home, durable: true, subject: 'https://box.example', now: Date.now },
    // The service of a test is on loopback and has no certificate; those of browsers are addressed by https alone.
    isService: endpoint => endpoint.startsWith(receiver.url),
  });
const send = (push: Push) => push.send(bulletin, new AbortController().signal);

it('is encrypted as the example of RFC 8291 is', () => {
  const ours = createECDH('prime256v1');
  ours.setPrivateKey(Buffer.from('yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw', 'base64url'));
  const keys = {
    p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
    auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  };
  const salt = Buffer.from('DGv6ra1nlYgDCS1FRnbzlw', 'base64url');
  const text = Buffer.from('When I grow up, I want to be a watermelon');
  expect(encrypted(text, keys, { ours, salt }).toString('base64url')).toBe(
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
  );
});

describe('a browser that has subscribed', () => {
  it('is told what it alone can read, signed by a key that is made once and is private', async () => {
    const { subscription, read } = browser(`${receiver.url}/send/abc`);
    await open().subscribe(subscription);
    const push = open();
    expect(await send(push)).toEqual({ kind: 'done' });
    const [{ path: target, headers, body } = expect.fail('nothing came')] = receiver.got;
    expect(target).toBe('/send/abc');
    expect(headers).toMatchObject({ 'content-encoding': 'aes128gcm', ttl: '3600', urgency: 'high' });
    expect(read(body)).toEqual({
      alertId: 'kqzwm',
      title: 'shop waits',
      text: 'Bash: ls',
      page: '#/session/s1',
    });

    const [, token = '', key = ''] = /^vapid t=(\S+), k=(\S+)$/.exec(headers['authorization'] ?? '') ?? [];
    expect(key).toBe(await push.publicKey());
    const point = Buffer.from(key, 'base64url');
    const [x, y] = [point.subarray(1, 33), point.subarray(33)].map(part => part.toString('base64url'));
    const publicKey = createPublicKey({
      key: { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' },
      format: 'jwk',
    });
    const [head = '', claims = '', signature = ''] = token.split('.');
    const isOurs = verify(
      'sha256',
      Buffer.from(`${head}.${claims}`),
      { key: publicKey, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    );
    expect(isOurs).toBe(true);
    const said = JSON.parse(Buffer.from(claims, 'base64url').toString());
    expect(said).toMatchObject({ aud: receiver.url, sub: 'https://box.example' });
    expect(said.exp * 1000 - Date.now()).toBeLessThan(24 * 3600_000);
    for (const file of ['push-key.json', 'push-subscriptions.json'])
      expect(fs.statSync(path.join(home, file)).mode & 0o777).toBe(0o600);
  });

  it('is forgotten once its service says that it is gone, and the others are told all the same', async () => {
    const all = ['a', 'b', 'c'].map(name => browser(`${receiver.url}/${name}`));
    for (const { subscription } of all) await open().subscribe(subscription);
    receiver.answers.push({ status: 410 }, { status: 404 });
    expect(await send(open())).toEqual({ kind: 'done' });
    expect(await send(open())).toEqual({ kind: 'done' });
    expect(receiver.got).toHaveLength(4);
    const [last] = receiver.got.slice(-1);
    await open().unsubscribe(`${receiver.url}${last?.path}`);
    expect(await send(open())).toMatchObject({ kind: 'failed', again: false });
  });
});

it.each([
  ['https://fcm.googleapis.com/fcm/send/abc', true],
  ['https://updates.push.services.mozilla.com/wpush/v2/abc', true],
  ['https://web.push.apple.com/abc', true],
  ['https://wns2-db5p.notify.windows.com/w/?token=abc', true],
  ['http://fcm.googleapis.com/fcm/send/abc', false],
  ['https://fcm.googleapis.com:8443/fcm/send/abc', false],
  ['https://fcm.googleapis.com.evil.example/abc', false],
  ['https://evilpush.apple.com.example', false],
  ['https://127.0.0.1/abc', false],
  ['https://box.lan/abc', false],
])('nothing is sent to an address that is none of a push service: %s', (endpoint, isOne) => {
  expect(isPushService(endpoint)).toBe(isOne);
});

it('a page subscribes where rules push, and with an address of a push service only', async () => {
  const daemon = await startTestDaemon({ config: { alerts: readyAlerts([{ when: 'failed', to: 'push' }]) } });
  const ask = async (method: string, target: string, body?: object) => {
    const answer = await fetch(`${daemon.url}${target}`, {
      method,
      headers: { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: whatever the daemon says
    return { status: answer.status, body: (await answer.json()) as any };
  };
  const { publicKey } = (await ask('GET', '/api/alerts/push')).body;
  expect(Buffer.from(publicKey, 'base64url')).toHaveLength(65);
  const { subscription } = browser('https://127.0.0.1/inside');
  expect((await ask('POST', '/api/alerts/push', subscription)).status).toBe(400);
  const { reason } = (await ask('POST', '/api/alerts/test', { target: 'push' })).body.tried[0];
  expect(reason).toContain('no browser has subscribed');
  const endpoint = 'https://fcm.googleapis.com/fcm/send/abc';
  expect((await ask('POST', '/api/alerts/push', { ...subscription, endpoint })).status).toBe(200);
  expect((await ask('DELETE', '/api/alerts/push', { endpoint })).status).toBe(200);
  await daemon.stop();
  const without = await startTestDaemon();
  expect((await without.get('/api/alerts/push')).status).toBe(404);
  await without.stop();
});
