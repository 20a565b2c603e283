// Redis behind TLS and a password: one that the tests start for themselves.
import { describe } from 'vitest';
import { hasOpenssl } from '../support/certificates.ts';
import { hasRedisServer, startRedis } from '../support/redis-server.ts';
import { testGuarded } from './guarded.ts';

describe.skipIf(!hasRedisServer() || !hasOpenssl())('guarded:', () => {
  testGuarded('Redis', {
    kind: 'redis',
    start: async (certificates, password) => {
      const flags = ['--user', 'ci', 'on', `>${password}`, '~*', '+@all'];
      const { tlsUrl, url, server } = await startRedis({ certificates, flags });
      const withUser = (text: string): string => Object.assign(new URL(text), { username: 'ci' }).href;
      return {
        url: withUser(tlsUrl),
        plainUrl: withUser(url).replace('redis:', 'rediss:'),
        remove: () => server.remove(),
      };
    },
    refused: /WRONGPASS/,
  });
});
