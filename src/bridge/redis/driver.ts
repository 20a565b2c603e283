// Redis streams: one for the events of a node, one for the messages of each name.
import type { Driver } from '../driver.ts';
import { connect, makeClient } from './client.ts';
import { RedisLink } from './link.ts';

export const redis: Driver = {
  via: 'redis',
  // A name is a part of a key as it is.
  whyNoName: name => (/^[\w.-]{1,64}$/.test(name) ? undefined : `${JSON.stringify(name)} is no name`),
  async connect(options) {
    const [main, reader] = [makeClient(options), makeClient(options)];
    const link = new RedisLink(main, reader, options);
    try {
      await Promise.all([connect(main, options), connect(reader, options)]);
      await link.open();
      return link;
    } catch (error) {
      await link.close();
      throw error;
    }
  },
};
