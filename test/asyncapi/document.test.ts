// The committed document: valid for the official parser, complete, and every example in it true.
import { readFileSync } from 'node:fs';
import { type AsyncAPIDocumentInterface, Parser } from '@asyncapi/parser';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readPayload } from '../../src/agents/flat-payload/payload.ts';
import { MESSAGES } from '../../src/asyncapi/channels.ts';
import { asyncApiSource } from '../../src/asyncapi/document.ts';
import { asyncApiText } from '../../src/asyncapi/index.ts';
import { ROUTES } from '../../src/asyncapi/reference.ts';
import {
  CLIENT_MESSAGE_TYPES,
  CLOSE_CODES,
  ClientMessage,
  ERROR_CODES,
  EVENT_TYPES,
  FIXED_LIMITS,
  HTTP_ERRORS,
  LIMITS,
  ServerMessage,
} from '../../src/protocol/index.ts';
import { type AppOptions, makeApp } from '../../src/server/http/app.ts';

const SERVER_MESSAGE_TYPES = ServerMessage.options.map(schema => schema.shape.type.value);

interface Coded {
  readonly code: string | number;
  readonly name?: string;
}

interface Schema {
  readonly description?: string;
  readonly const?: unknown;
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
}

/** Fields without a word about them; those that are a shared shape, a constant or the holder of further fields need none. */
function undescribed({ properties = {}, allOf = [], items }: Schema): string[] {
  const own = Object.entries(properties).flatMap(([name, field]) => {
    const inner = undescribed(field).map(one => `${name}.${one}`);
    const clear = field.description ?? field.$ref ?? field.const ?? field.items?.$ref ?? field.properties;
    return clear === undefined ? [name, ...inner] : inner;
  });
  return [...own, ...allOf.flatMap(undescribed), ...(items ? undescribed(items) : [])];
}

describe('the committed document', () => {
  let document: AsyncAPIDocumentInterface;
  const json = JSON.parse(asyncApiText());
  const namesOf = (operation: string): string[] =>
    document
      .operations()
      .get(operation)
      ?.messages()
      .all()
      .map(message => message.id()) ?? [];

  beforeAll(async () => {
    const parsed = await new Parser().parse(asyncApiText());
    expect(parsed.diagnostics).toEqual([]);
    if (!parsed.document) throw new Error('the parser gave no document');
    document = parsed.document;
  });

  it('is what the code says', () => {
    expect(asyncApiText() === asyncApiSource(), 'stale: run "npm run generate" and commit').toBe(true);
  });

  it('has the WebSocket as one channel with two operations', () => {
    const operations = document.operations().all();
    const onStream = operations.filter(one => one.channels().all()[0]?.address() === '/ws');
    expect(onStream.map(one => one.action())).toEqual(['receive', 'send']);
    expect(
      document
        .channels()
        .all()
        .map(channel => channel.address()),
    ).toEqual(['/ws', '/events', '/hook']);
  });

  it('has every client message, server message and event type', () => {
    expect(namesOf('receiveRequest')).toEqual(CLIENT_MESSAGE_TYPES);
    expect(namesOf('sendStream')).toEqual([...SERVER_MESSAGE_TYPES, ...EVENT_TYPES, 'hook']);
    expect(namesOf('sendEvents')).toEqual(expect.arrayContaining([...EVENT_TYPES, 'hook']));
  });

  it('names only replies and errors that exist', () => {
    const known = new Set<string>([...SERVER_MESSAGE_TYPES, ...Object.keys(ERROR_CODES)]);
    for (const { replies = [], errors = [] } of Object.values(MESSAGES))
      for (const name of [...replies, ...errors]) expect(known).toContain(name);
  });

  it('says what every message is for and shows an example', () => {
    for (const message of document.components().messages().all()) {
      expect(message.summary(), message.id()).toMatch(/\.$/);
      expect(message.examples().all().length, message.id()).toBeGreaterThan(0);
    }
  });

  it('says what every field is for', () => {
    const { messages, schemas } = json.components;
    const payloads = Object.entries<{ payload: Schema }>(messages).map(([name, { payload }]) => [
      name,
      payload,
    ]);
    const silent = [...Object.entries<Schema>(schemas), ...(payloads as [string, Schema][])].flatMap(
      ([name, schema]) => undescribed(schema).map(field => `${name}: ${field}`),
    );
    expect(silent).toEqual([]);
  });

  it('has the codes and limits of the protocol', () => {
    const codes = (table: string): unknown[] => json[table].map(({ code }: Coded) => code);
    expect(codes('x-error-codes')).toEqual(Object.keys(ERROR_CODES));
    expect(codes('x-close-codes')).toEqual(Object.keys(CLOSE_CODES).map(Number));
    expect(codes('x-http-errors')).toEqual(Object.keys(HTTP_ERRORS));
    expect(json['x-limits'].map(({ name }: Coded) => name)).toEqual(
      Object.keys({ ...FIXED_LIMITS, ...LIMITS }),
    );
  });

  it('lists the HTTP routes of the daemon, each of them and no other', () => {
    const app = makeApp({} as unknown as AppOptions);
    const routes = app.routes
      .filter(({ method, path }) => method !== 'ALL' && !path.startsWith('/assets/'))
      .map(({ method, path }) => `${method} ${path}`);
    expect(ROUTES.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([...new Set(routes)].sort());
  });

  it('names every way to bring the token', () => {
    expect(Object.keys(json.components.securitySchemes)).toEqual([
      'bearer',
      'ingest',
      'subprotocol',
      'query',
      'cookie',
    ]);
  });
});

describe('examples', () => {
  const examples = Object.entries(MESSAGES).flatMap(([name, source]) =>
    source.examples.map(example => ({ message: name, source, ...example })),
  );

  it.each(examples)('$message: $name fits its schema', ({ source, payload }) => {
    expect(source.schema.safeParse(payload).error).toBeUndefined();
  });

  // What a reader of the document validates with is not zod, so the JSON Schemas are tried as well.
  it('fit the JSON Schemas of the document', () => {
    const text = asyncApiText().replaceAll('#/components/schemas/', '#/definitions/');
    const { messages, schemas: definitions } = JSON.parse(text).components;
    for (const { message, payload } of examples) {
      const schema = z.fromJSONSchema({
        $schema: 'http://json-schema.org/draft-07/schema#',
        ...messages[message].payload,
        definitions,
      });
      expect([message, schema.safeParse(payload).error]).toEqual([message, undefined]);
    }
  });

  it.each(examples.filter(({ source }) => source.tag === 'client'))(
    '$message: $name is served by the daemon, every field of it',
    ({ payload }) => {
      expect(ClientMessage.parse(payload)).toMatchObject(payload as object);
    },
  );

  it.each(examples.filter(({ source }) => source.tag === 'server'))(
    '$message: $name has no field the protocol does not know',
    ({ payload }) => {
      expect(ServerMessage.parse(payload)).toEqual(payload);
    },
  );

  it.each(
    examples.filter(({ message }) => message.startsWith('hook_payload') || message === 'hook_envelope'),
  )('$message: $name is taken in by POST /hook', ({ payload }) => {
    expect(() => readPayload(payload)).not.toThrow();
  });
});

it('the door of the server only reads the committed file', () => {
  const door = readFileSync(new URL('../../src/asyncapi/index.ts', import.meta.url), 'utf8');
  expect(door).not.toMatch(/from '\.\/(document|write)\.ts'/);
});
