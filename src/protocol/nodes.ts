// Where events of many machines come from, as a hub tells them, and how far each machine is known there.
import { z } from 'zod';
import { Epoch, Seq } from './envelope.ts';

/** What a machine is called at brokers. */
export const NodeName = z.string().min(1).max(64);

const NodePosition = z.object({ epoch: Epoch, seq: Seq });

/** What hubs are among the positions: no machine can be called so. */
const HUB = 'hub:';
export const hubAmongNodes = (name: string): string => `${HUB}${name}`;
export const isHubAmongNodes = (node: string): boolean => node.startsWith(HUB);

/**
 * Node → where its own log stands, and `hub:NAME` → where that of a hub does, of which it alone tells. The rest is the same at every hub
 * of the same broker: with it, a client goes on at another hub where it was at the first one.
 */
export const NodePositions = z.record(NodeName, NodePosition);
export type NodePositions = z.infer<typeof NodePositions>;

/** On a hub, every event that another machine told has it as `data.node`. */
export const NodeOrigin = z.object({
  name: NodeName.describe('The machine that told it.'),
  epoch: Epoch.describe('Which numbering of its log `seq` belongs to.'),
  seq: Seq.describe('Its place in that log.'),
});
export type NodeOrigin = z.infer<typeof NodeOrigin>;

/** How a machine is seen by a hub. */
export const NodeState = z.object({
  node: NodeName.describe('What it is called at the broker.'),
  state: z
    .enum(['online', 'away'])
    .describe('Whether it is heard of. What it did while away comes once it is back.'),
  version: z.string().optional().describe('Its version of hookline, once it has said so.'),
  epoch: Epoch.optional().describe('The numbering of its log.'),
  lastSeq: Seq.describe('Its newest event that is known here; 0 for none.'),
  behind: z.int().min(0).describe('How many events it has told of that are not here yet.'),
  sessions: z.int().min(0).describe('Its sessions that live, as far as is known.'),
  heardAt: z.int().optional().describe('When it was last heard of, in milliseconds since 1970.'),
});
export type NodeState = z.infer<typeof NodeState>;
