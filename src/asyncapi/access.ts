// Where the daemon listens and how one gets in.
import { SUBPROTOCOL } from '../protocol/index.ts';

const variables = {
  host: { default: '127.0.0.1', description: 'Loopback unless the daemon was told otherwise.' },
  port: { default: '3838' },
};

export const SERVERS = {
  websocket: {
    host: '{host}:{port}',
    protocol: 'ws',
    protocolVersion: '13',
    title: 'WebSocket',
    description: 'The stream.',
    variables,
    security: securityOf('bearer', 'subprotocol', 'query', 'cookie'),
  },
  http: {
    host: '{host}:{port}',
    protocol: 'http',
    protocolVersion: '1.1',
    title: 'HTTP',
    description: 'Hooks, and the stream as Server-Sent Events.',
    variables,
  },
} as const;

export const SECURITY_SCHEMES = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description:
      '`Authorization: Bearer <token>`, everywhere. The token is the text of the file `token` in the state directory (`~/.hookline`, or `HOOKLINE_HOME`), or one that was made for you and reaches less far.',
  },
  ingest: {
    type: 'http',
    scheme: 'bearer',
    description:
      '`Authorization: Bearer <hook-token>`: the token in the file `hook-token` can post hooks and nothing else. The other token can do that too.',
  },
  subprotocol: {
    type: 'httpApiKey',
    name: 'Sec-WebSocket-Protocol',
    in: 'header',
    description: `For browsers, which cannot set headers: offer \`${SUBPROTOCOL}\` and \`bearer.<token>\`. Only \`${SUBPROTOCOL}\` is echoed.`,
  },
  query: {
    type: 'httpApiKey',
    name: 'token',
    in: 'query',
    description:
      '`?token=<token>` on the WebSocket and on Server-Sent Events. It may end up in logs on the way; prefer the others.',
  },
  cookie: {
    type: 'httpApiKey',
    name: 'hookline_3838',
    in: 'cookie',
    description:
      'The session of a browser that logged in with a ticket; HttpOnly, and named after the port. For the pages of the daemon itself.',
  },
} as const;

export type SecurityScheme = keyof typeof SECURITY_SCHEMES;

/** References to schemes, of which one has to be satisfied. */
export function securityOf(...schemes: SecurityScheme[]): { readonly $ref: string }[] {
  return schemes.map(scheme => ({ $ref: `#/components/securitySchemes/${scheme}` }));
}
