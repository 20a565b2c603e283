// A way to a broker that can be slowed down, stalled and cut, while the broker itself goes on.
import { BadNetwork } from './bad-network.ts';
import { chance } from './random.ts';

export interface SlowProxy {
  /** The broker's URL, by way of the proxy. */
  readonly url: string;
  /** `bytesPerSecond` makes it slow (0: stalled), `reset(1)` cuts every connection, `target = undefined` refuses new ones. */
  readonly network: BadNetwork;
  /** Where it leads to when it leads anywhere. */
  readonly target: number;
}

/** Passes everything on as it is, until it is told otherwise; the caller stops its network. */
export async function startSlowProxy(url: string): Promise<SlowProxy> {
  const network = await new BadNetwork(chance(1)).start();
  network.slicing = 0;
  const through = new URL(url);
  const target = Number(through.port);
  network.target = target;
  through.port = String(network.port);
  return { url: through.href, network, target };
}
