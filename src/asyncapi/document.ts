// The AsyncAPI document of the daemon, built from the schemas of the protocol.
import { VERSION } from '../version.ts';
import { SECURITY_SCHEMES, SERVERS } from './access.ts';
import { CHANNELS, MESSAGES, OPERATIONS } from './channels.ts';
import { TAGS, toMessage } from './message.ts';
import { REFERENCE } from './reference.ts';
import { jsonSchemas } from './schemas.ts';

const DESCRIPTION = [
  'hookline turns the hooks of coding agents into numbered events, keeps them in a log, and streams them: live, replayable, filtered by topic and session.',
  'Every event has a `seq` without holes, which means something within one `epoch`. A client that remembers the last of both can come back at any time and go on right there.',
].join('\n\n');

/** The document as a value; the same sources give the same document, key by key. */
export function asyncApiDocument(): object {
  const schemas = Object.fromEntries(Object.entries(MESSAGES).map(([name, { schema }]) => [name, schema]));
  const { shared, payloads } = jsonSchemas(schemas);
  const tags = Object.fromEntries(
    Object.entries(TAGS).map(([name, description]) => [name, { name, description }]),
  );
  const messages = Object.fromEntries(
    Object.entries(MESSAGES).map(([name, source]) => [name, toMessage(name, source, payloads[name] ?? {})]),
  );
  return {
    asyncapi: '3.1.0',
    info: {
      title: 'hookline',
      version: VERSION,
      description: DESCRIPTION,
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
      tags: Object.keys(TAGS).map(name => ({ $ref: `#/components/tags/${name}` })),
    },
    defaultContentType: 'application/json',
    servers: SERVERS,
    channels: CHANNELS,
    operations: OPERATIONS,
    components: {
      messages,
      schemas: shared,
      securitySchemes: SECURITY_SCHEMES,
      tags,
      correlationIds: {
        request: {
          description: 'The `id` a client gives to a message, which every answer to it echoes.',
          location: '$message.payload#/id',
        },
      },
    },
    ...REFERENCE,
  };
}

/** The document as it is committed: JSON text with a final newline. */
export function asyncApiSource(): string {
  return `${JSON.stringify(asyncApiDocument(), null, 2)}\n`;
}
