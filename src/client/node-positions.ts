// How far the machines behind a hub are known: it is the same at every hub, and so lets a stream go on at another one.
import type { EventEnvelope, NodePositions, Position } from '../protocol/index.ts';

/** What an event says of its machine, as a hub tells it. */
interface Origin {
  readonly name: string;
  readonly epoch: string;
  readonly seq: number;
}

/** After an event that a hub has told. */
export function withEvent(nodes: NodePositions, { data }: EventEnvelope): NodePositions {
  const { node } = data as { node?: Origin };
  return node === undefined ? nodes : { ...nodes, [node.name]: { epoch: node.epoch, seq: node.seq } };
}

/** With what a hub says by now of all its machines. It may not have heard yet of the newest that another one told. */
export function withNewer(nodes: NodePositions, told: NodePositions): NodePositions {
  const ahead = Object.entries(nodes).filter(([name, { epoch, seq }]) => {
    const place = Object.hasOwn(told, name) ? told[name] : undefined;
    return place === undefined || (place.epoch === epoch && place.seq < seq);
  });
  return { ...told, ...Object.fromEntries(ahead) };
}

/** Of a position that a hub told, what counts at the others: of its own events, up to here all are known. */
export function leaving({ epoch, seq, nodes = {} }: Position): NodePositions {
  const own = Object.entries(nodes).find(([, place]) => place.epoch === epoch);
  return own === undefined ? nodes : { ...nodes, [own[0]]: { epoch, seq } };
}
