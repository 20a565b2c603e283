// No agent at all: what a hub makes of hooks. They go to the hookline of their machine, and whoever sends one here is told so.
import { type Agent, InvalidPayloadError } from './agent.ts';
import { impliedByFlatPayload } from './flat-payload/implied.ts';

export const noAgent: Agent = {
  source: 'none',
  claims: () => true,
  read() {
    throw new InvalidPayloadError(
      'this is a hub, and takes no hooks; they go to the hookline of their own machine, which tells the broker (see brokers in its config.json)',
    );
  },
  translate: () => undefined,
  implied: impliedByFlatPayload,
};
