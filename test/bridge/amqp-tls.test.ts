// AMQP over TLS, as far as it needs no broker: whom the client asks for, and whom it trusts.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { amqp } from '../../src/bridge/amqp/driver.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-amqps-'));
const [key, cert] = [path.join(folder, 'key'), path.join(folder, 'cert')];
/** The names that were asked for; false: none. */
const asked: unknown[] = [];
let server: tls.Server;

beforeAll(async () => {
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const names = ['-subj', '/CN=box', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', ...curve, ...names, '-keyout', key, '-out', cert], {
    stdio: 'pipe',
  });
  server = tls.createServer({ key: fs.readFileSync(key), cert: fs.readFileSync(cert) }, socket => {
    asked.push(socket.servername);
    socket.destroy();
  });
  server.on('tlsClientError', () => {});
  server.listen(0);
  await once(server, 'listening');
});
afterAll(() => {
  server.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

const connect = (host: string, ca?: string): Promise<unknown> =>
  amqp.connect({
    url: new URL(`amqps://${host}:${(server.address() as AddressInfo).port}/team`),
    ca,
    ...{ node: 'box', patterns: [], take: async () => {}, hear: () => {} },
    signal: AbortSignal.timeout(20_000),
  });

it('asks for the host by its name, and of an address for none, as the standard has it', async () => {
  const ca = fs.readFileSync(cert, 'utf8');
  await expect(connect('localhost', ca)).rejects.toThrow();
  await expect(connect('127.0.0.1', ca)).rejects.toThrow();
  expect(asked).toEqual(['localhost', false]);
});

it('trusts nobody whose certificate nobody vouches for', async () => {
  asked.length = 0;
  await expect(connect('localhost')).rejects.toThrow(/self-signed certificate/);
});
