// Who a hookline is at a NATS server, and whom it believes: passwords, tokens, keys, credentials and certificates.
import fs from 'node:fs';
import { nkeys } from '@nats-io/transport-node';
import { describe, expect, it } from 'vitest';
import { unique } from '../support/brokers.ts';
import { type Certificates, hasOpenssl, makeCertificates } from '../support/certificates.ts';
import { hasNatsServer } from '../support/nats-server.ts';
import { serverFolder } from '../support/own-server.ts';
import { world } from './nats-world.ts';

/** Claims of NATS, as an operator or an account signs them. */
function jwt(signer: ReturnType<typeof nkeys.createUser>, subject: typeof signer, claims: object): string {
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const body = `${encode({ typ: 'JWT', alg: 'ed25519-nkey' })}.${encode({
    ...{ jti: unique('jti-'), iat: 1_700_000_000, name: 'hookline', nats: claims },
    ...{ iss: signer.getPublicKey(), sub: subject.getPublicKey() },
  })}`;
  return `${body}.${Buffer.from(signer.sign(Buffer.from(body))).toString('base64url')}`;
}

describe.skipIf(!hasNatsServer())('a NATS server of its own', () => {
  const { start, tried, later } = world();

  it('that wants a password, or a token, gets it; and a wrong one is told in words without it', async () => {
    const { url: withUser } = await start({
      lines: ['authorization { user: plant, password: pa55w0rd }'],
    });
    const as = (secret: string): string => withUser.replace('//', `//${secret}@`);
    expect(await tried(as('plant:pa55w0rd'))).toBe('it worked');
    expect(await tried(as('plant:other'), { password: 'pa55w0rd' })).toBe('it worked');
    for (const [at, password] of [
      [as('plant:wr0ng'), undefined],
      [as('plant'), 'wr0ng'],
      [withUser, undefined],
    ] as const) {
      const words = await tried(at, { password });
      expect(words).toContain('it refuses who this is');
      expect(words).not.toContain('wr0ng');
    }
    const { url: withToken } = await start({ lines: ['authorization { token: t0ken }'] });
    expect(await tried(withToken.replace('//', '//t0ken@'))).toBe('it worked');
    expect(await tried(withToken, { password: 't0ken' })).toBe('it worked');
    expect(await tried(withToken, { password: 'wr0ng' })).toContain('it refuses who this is');
  });

  const tls = (...lines: readonly string[]): readonly string[] => ['tls {', ...lines, '}'];

  it.runIf(hasOpenssl())('that speaks TLS is believed only with a certificate for its address', async () => {
    const folder = serverFolder('tls');
    later(async () => fs.rmSync(folder, { recursive: true }));
    const [own, other] = [makeCertificates(folder, 'own'), makeCertificates(folder, 'other', 'localhost')];
    const [ca, otherCa] = [own, other].map(made => fs.readFileSync(made.ca, 'utf8'));
    const files = ({ cert, key }: Certificates): string[] => [`cert_file: "${cert}"`, `key_file: "${key}"`];
    const { url: at } = await start({ lines: tls(...files(own)) });
    const secure = at.replace('nats:', 'tls:');
    expect(await tried(secure, { ca })).toBe('it worked');
    expect(await tried(at, { ca })).toBe('it worked');
    for (const wrong of [undefined, otherCa]) {
      const words = await tried(secure, { ca: wrong });
      expect(words).toMatch(/^127\.0\.0\.1:\d+: .*"ca"/);
    }
    const { url: elsewhere } = await start({ lines: tls(...files(other)) });
    const words = await tried(elsewhere, { ca: otherCa });
    expect(words).toMatch(/is for another host/);
    const { url: plain } = await start();
    expect(await tried(plain.replace('nats:', 'tls:'))).toMatch(/does not support 'tls'/);
  });

  it.runIf(hasOpenssl())('that asks for a certificate gets it', async () => {
    const folder = serverFolder('tls');
    later(async () => fs.rmSync(folder, { recursive: true }));
    const [own, other] = [makeCertificates(folder, 'own'), makeCertificates(folder, 'other')];
    const { url } = await start({
      lines: tls(
        ...[`cert_file: "${own.cert}"`, `key_file: "${own.key}"`, `ca_file: "${own.ca}"`, 'verify: true'],
      ),
    });
    const read = (file: string): string => fs.readFileSync(file, 'utf8');
    const secure = url.replace('nats:', 'tls:');
    const ca = read(own.ca);
    expect(await tried(secure, { ca, cert: read(own.cert), key: read(own.key) })).toBe('it worked');
    // The server says why, and ends the connection: the other end may only see that.
    const refused = /"cert"|ECONNRESET|EPIPE/;
    expect(await tried(secure, { ca })).toMatch(refused);
    expect(await tried(secure, { ca, cert: read(other.cert), key: read(other.key) })).toMatch(refused);
  });

  it('that knows users by credentials takes a file of them in place of a password', async () => {
    const [operator, system] = [nkeys.createOperator(), nkeys.createAccount()];
    const [account, user] = [nkeys.createAccount(), nkeys.createUser()];
    const all = { subs: -1, data: -1, payload: -1 };
    const connected = { ...all, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
    const limits = { ...connected, mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };
    const server = await start({
      lines: [
        `operator: ${jwt(operator, operator, { type: 'operator', version: 2 })}`,
        `system_account: ${system.getPublicKey()}`,
        'resolver: MEMORY',
        'resolver_preload: {',
        `${system.getPublicKey()}: ${jwt(operator, system, { type: 'account', version: 2, limits: connected })}`,
        `${account.getPublicKey()}: ${jwt(operator, account, { type: 'account', version: 2, limits })}`,
        '}',
      ],
    });
    const seed = new TextDecoder().decode(user.getSeed());
    const password = `-----BEGIN NATS USER JWT-----
${jwt(account, user, { type: 'user', version: 2, ...all })}
------END NATS USER JWT------

-----BEGIN USER NKEY SEED-----
${seed}
------END USER NKEY SEED------
`;
    expect(await tried(server.url, { password })).toBe('it worked');
    expect(await tried(server.url)).toContain('it refuses who this is');
  });

  it('that knows users by their keys takes a file with the seed of one in place of a password', async () => {
    const user = nkeys.createUser();
    const { url } = await start({ lines: [`authorization { users: [{ nkey: ${user.getPublicKey()} }] }`] });
    const seed = new TextDecoder().decode(user.getSeed());
    expect(await tried(url, { password: seed })).toBe('it worked');
    expect(
      await tried(url, {
        password: `-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`,
      }),
    ).toBe('it worked');
    const other = new TextDecoder().decode(nkeys.createUser().getSeed());
    const words = await tried(url, { password: other });
    expect(words).toContain('it refuses who this is');
    expect(words).not.toContain(other);
  });
});
