// A Mosquitto of a test's own, as the suites of outages want one: with somebody who listens, and rights that can be taken.
import { startMosquitto } from '../support/mosquitto.ts';
import { startSlowProxy } from '../support/slow-proxy.ts';
import { stranger } from './mqtt-world.ts';
import type { Kept, Outages, OwnBroker } from './outages.ts';

/** What a subscriber was told counts as kept: MQTT itself keeps nothing for those who were never there. */
export async function startOwnMosquitto(): Promise<OwnBroker> {
  const all = ['topic readwrite #'];
  // Without limits of its own: what it confirms it has told everybody who is there.
  const broker = await startMosquitto({
    rights: all,
    lines: ['max_queued_messages 1000000', 'max_inflight_messages 0'],
  });
  // A hookline comes by a door that is opened once those who listen are there.
  const door = await startSlowProxy(broker.url);
  const listeners = new Map<string, Kept[]>();
  async function listen(node: string, kept: Kept[]): Promise<void> {
    const { client, came } = await stranger(broker.url, {}, `hookline/events/${node}/#`, 'hookline/in/+');
    client.on('error', () => {});
    came.push = ({ topic, body, packet }) =>
      topic.startsWith('hookline/in/')
        ? 0
        : kept.push({ id: String(packet.properties?.userProperties?.['id']), body });
  }
  return {
    url: door.url,
    kill: async () => {
      door.network.target = undefined;
      await broker.kill();
    },
    restart: async () => {
      await broker.start();
      for (const [node, kept] of listeners) await listen(node, kept);
      door.network.target = door.target;
    },
    keep: async node => {
      const kept: Kept[] = [];
      listeners.set(node, kept);
      await listen(node, kept);
      return async () => kept;
    },
    // It never says that it is full. This is how it refuses.
    fill: async () => {
      broker.allow('topic read #', 'topic write hookline/nodes/#', 'topic write hookline/receipts/#');
      broker.signal('SIGHUP');
    },
    empty: async () => {
      broker.allow(...all);
      broker.signal('SIGHUP');
    },
    remove: async () => {
      await door.network.stop();
      await broker.remove();
    },
  };
}

export const OWN_MOSQUITTO: Outages = { kind: 'mqtt', start: startOwnMosquitto, full: /Not authorized/ };
