// What a bridge promises at a broker that is guarded by TLS and a password: the same for every kind of broker.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BrokerConfig, BrokerKind } from '../../src/config/index.ts';
import type { Message } from '../../src/protocol/index.ts';
import { unique } from '../support/brokers.ts';
import { type Certificates, makeCertificates } from '../support/certificates.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';

export interface GuardedBroker {
  /** Over TLS, with the user and without the password. */
  readonly url: string;
  /** A URL of the same server where nothing speaks TLS, with a scheme that asks for it. */
  readonly plainUrl: string;
  remove(): Promise<unknown>;
}

export interface Guarded {
  readonly kind: BrokerKind;
  readonly start: (certificates: Certificates, password: string) => Promise<GuardedBroker>;
  /** What is told of a wrong password. */
  readonly refused: RegExp;
}

interface Told {
  readonly label: string;
  readonly state: string;
  readonly reason?: string;
}

const [RIGHT, WRONG] = ['r1ght/one:100%@', 'n0t-this-one'];

export function testGuarded(name: string, { kind, start, refused }: Guarded): void {
  describe(`${name} behind TLS and a password`, () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-guarded-'));
    let broker: GuardedBroker;
    let daemon: TestDaemon;
    const file = (called: string, text: string): string => {
      fs.writeFileSync(path.join(folder, called), text);
      return path.join(folder, called);
    };

    beforeAll(async () => {
      const mine = makeCertificates(folder, 'mine');
      broker = await start(mine, RIGHT);
      const { url, plainUrl } = broker;
      const named = new URL(url);
      named.hostname = 'localhost';
      const passwordFile = file('password', `${RIGHT}\n`);
      const { ca } = mine;
      const one = (label: string, options: Partial<BrokerConfig>): BrokerConfig => ({
        ...{ label, url, kind, node: unique('node-'), events: [], in: [], names: [], passwordFile, ca },
        ...options,
      });
      const { ca: _, ...untrusted } = one('untrusted', {});
      const brokers = [
        one('right', { events: ['**'] }),
        one('wrong-password', { passwordFile: file('wrong', WRONG) }),
        one('no-password', { passwordFile: path.join(folder, 'nowhere') }),
        untrusted,
        one('wrong-ca', { ca: makeCertificates(folder, 'other').ca }),
        one('wrong-host', { url: named.href }),
        one('no-tls', { url: plainUrl }),
        one('plain', { url: url.replace(/^(\w+?)s?:/, '$1:') }),
      ];
      daemon = await startTestDaemon({ config: { store: true, brokers } });
    });
    afterAll(async () => {
      await daemon?.stop();
      await broker?.remove();
      fs.rmSync(folder, { recursive: true, force: true });
    });

    const told = async (label: string): Promise<Told | undefined> => {
      const { brokers } = (await (await daemon.get('/api/brokers')).json()) as { brokers: Told[] };
      return brokers.find(one => one.label === label);
    };

    it('takes events and messages with the password of a file and the certificate of who signed its own', async () => {
      await until('it is there', async () => (await told('right'))?.state === 'up', 60_000);
      await daemon.emit(20);
      const answer = await fetch(`${daemon.url}/api/messages`, {
        method: 'POST',
        headers: { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ to: `${unique('back')}@right`, from: 'ci', message: 'sealed' }),
      });
      const { id } = (await answer.json()) as { id: string };
      const state = async (): Promise<string> =>
        ((await (await daemon.get(`/api/messages/${id}`)).json()) as Message).state;
      await until('it is taken', async () => (await state()) === 'accepted');
      const behind = async (): Promise<number | undefined> => {
        const { brokers } = (await (await daemon.get('/health')).json()) as {
          brokers: { label: string; behind: number }[];
        };
        return brokers.find(({ label }) => label === 'right')?.behind;
      };
      await until('all events went out', async () => (await behind()) === 0);
    });

    it.each([
      ['wrong-password', refused],
      ['no-password', /passwordFile .*nowhere of broker no-password cannot be read/],
      ['untrusted', /does not know who signed the broker's certificate .*"ca"/],
      ['wrong-ca', /does not know who signed the broker's certificate .*"ca"/],
      ['wrong-host', /certificate is for another host .*127\.0\.0\.1/],
      ['no-tls', /not speak TLS/],
      ['plain', /may want TLS/],
    ])('is not there for %s, and why is told', async (label, why) => {
      const reason = await until(
        'why is told',
        async () => {
          const { state, reason = '' } = (await told(label)) ?? {};
          return state === 'down' && !reason.includes('not reached yet') ? reason : undefined;
        },
        60_000,
      );
      expect(reason).toMatch(why);
      expect(reason).toMatch(/^\S[^\n]*$/);
    });

    it('and no password is ever told', async () => {
      const log = (await (await daemon.get('/api/events?limit=200')).text()) + daemon.logged.join('\n');
      for (const password of [RIGHT, WRONG])
        for (const written of [password, encodeURIComponent(password)]) expect(log).not.toContain(written);
    });
  });
}
