// What every HTTP route finds beside its request: Node's own request and response.
import type { IncomingMessage, ServerResponse } from 'node:http';

export type AppEnv = { Bindings: { incoming: IncomingMessage; outgoing: ServerResponse } };
