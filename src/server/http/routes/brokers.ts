// The route about brokers: how the connection to each stands.
import type { BridgeState } from '../../../bridge/index.ts';
import { NoQuery, parseQuery } from '../query.ts';
import { type App, BROWSER, type Needs } from './routes.ts';

export interface BrokerRoutesOptions {
  readonly brokers: () => readonly BridgeState[];
}

export function addBrokerRoutes(app: App, needs: Needs, { brokers }: BrokerRoutesOptions): void {
  app.get('/api/brokers', needs('read', BROWSER), c => {
    parseQuery(NoQuery, c.req.queries());
    return c.json({ brokers: brokers() });
  });
}
