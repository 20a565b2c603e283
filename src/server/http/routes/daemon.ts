// The routes about the daemon itself: how it is, that it is the one, what it counts, and the document of its protocol.
import type { Keyring } from '../../../auth/index.ts';
import { ProofQuery, parseQuery } from '../query.ts';
import { type App, BROWSER, type Needs } from './routes.ts';

export interface DaemonRoutesOptions {
  readonly keyring: Keyring;
  /** The AsyncAPI document as JSON text. */
  readonly asyncapi: string;
  readonly health: () => object;
  readonly metrics: () => string;
}

export function addDaemonRoutes(app: App, needs: Needs, options: DaemonRoutesOptions): void {
  const { keyring, asyncapi, health, metrics } = options;
  app.get('/health', c => c.json(health()));
  app.get('/api/proof', c => {
    const { challenge } = parseQuery(ProofQuery, c.req.queries());
    const { localAddress: address = '', localPort: port = 0 } = c.env.incoming.socket;
    return c.json({ proof: keyring.prove({ challenge, pid: process.pid, address, port }) });
  });
  app.get('/asyncapi.json', c => c.body(asyncapi, 200, { 'content-type': 'application/json' }));
  app.get('/metrics', needs('read', BROWSER), c =>
    c.body(metrics(), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }),
  );
}
