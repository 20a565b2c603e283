// The routes about brokers: how the connection to each stands, and on a hub the machines that are shown by it.
import type { BridgeState } from '../../../bridge/index.ts';
import type { NodeState } from '../../../protocol/index.ts';
import { NoQuery, parseQuery } from '../query.ts';
import { type App, BROWSER, type Needs } from './routes.ts';

export interface BrokerRoutesOptions {
  readonly brokers: () => readonly BridgeState[];
  readonly nodes: () => readonly NodeState[];
}

export function addBrokerRoutes(app: App, needs: Needs, { brokers, nodes }: BrokerRoutesOptions): void {
  app.get('/api/brokers', needs('read', BROWSER), c => {
    parseQuery(NoQuery, c.req.queries());
    return c.json({ brokers: brokers() });
  });
  app.get('/api/nodes', needs('read', BROWSER), c => {
    parseQuery(NoQuery, c.req.queries());
    return c.json({ nodes: nodes() });
  });
}
