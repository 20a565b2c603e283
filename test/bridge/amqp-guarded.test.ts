// RabbitMQ behind TLS and a password: one that the tests start for themselves.
import { describe } from 'vitest';
import { hasOpenssl } from '../support/certificates.ts';
import { hasRabbitmq, startRabbitmq } from '../support/rabbitmq.ts';
import { testGuarded } from './guarded.ts';

describe.skipIf(!hasRabbitmq() || !hasOpenssl())('guarded:', () => {
  testGuarded('RabbitMQ', {
    kind: 'amqp',
    start: async (certificates, password) => {
      const lines = ['default_user = ci', `default_pass = ${password}`, 'default_vhost = team'];
      const { tlsUrl, url, remove } = await startRabbitmq({ certificates, lines });
      const ofTeam = (text: string): string =>
        Object.assign(new URL(text), { username: 'ci', pathname: '/team' }).href;
      return { url: ofTeam(tlsUrl), plainUrl: ofTeam(url).replace('amqp:', 'amqps:'), remove };
    },
    refused: /ACCESS_REFUSED/,
  });
});
