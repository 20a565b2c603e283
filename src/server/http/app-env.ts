// What every HTTP route finds beside its request: Node's own request and response, and what its token is good for.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Access } from '../../auth/index.ts';

export type AppEnv = {
  Bindings: { incoming: IncomingMessage; outgoing: ServerResponse };
  /** Set where a token is needed. */
  Variables: { access: Access };
};
