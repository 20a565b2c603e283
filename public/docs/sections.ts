// The sections of the docs page, in reading order, from the AsyncAPI document.

import { type Child, el } from '../design/dom.ts';
import { connecting } from './connect.ts';
import type { Limit, Message, ProtocolDocument, Route, Schema } from './document.ts';
import { dataOf, type Field, fieldsOf, typeOf } from './fields.ts';
import { guide } from './guide.ts';
import {
  codeBlock,
  codeRow,
  type Entry,
  fieldTable,
  heading,
  type Section,
  shapeId,
  table,
} from './parts.ts';
import { inline, prose } from './prose.ts';

/** @param host this daemon's, as the browser knows it. */
export function sectionsOf(document: ProtocolDocument, host: string): Section[] {
  const messages = Object.values(document.components.messages);
  const tagged = (tag: string): Message[] => messages.filter(({ tags }) => tags[0]?.$ref.endsWith(`/${tag}`));
  const { channels, operations } = document;
  const events = tagged('event');
  return [
    overview(document),
    connecting(document, host),
    guide(host),
    section(
      'client',
      'Client messages',
      prose(operations.receiveRequest.description),
      tagged('client').map(message),
    ),
    section('server', 'Server messages', prose(channels.stream.description), tagged('server').map(message)),
    eventSection(document, events),
    section('sse', 'Server-Sent Events', prose(channels.events.description), tagged('sse').map(message)),
    section('hook', 'Posting hooks', prose(channels.hook.description), tagged('http').map(message)),
    section('http', 'HTTP routes', [routes(document['x-http-routes'])], []),
    codes(document),
    section(
      'limits',
      'Limits',
      [
        el(
          'p',
          {},
          inline(
            'What is configurable has its default here, and a key of this name under `limits` in config.json.',
          ),
        ),
        limits(document['x-limits']),
      ],
      [],
    ),
    shapes(document.components.schemas),
  ];
}

function section(id: string, title: string, lead: Child, entries: readonly Entry[]): Section {
  const node = el(
    'section',
    { 'aria-labelledby': id },
    heading(2, id, title),
    lead,
    entries.map(entry => entry.node),
  );
  return { id, title, node, entries };
}

function overview({ info, channels }: ProtocolDocument): Section {
  const rows = Object.values(channels).map(({ address, title, summary }) => codeRow(address, title, summary));
  const node = el(
    'section',
    { 'aria-labelledby': 'overview' },
    el('h1', { id: 'overview' }, 'The hookline protocol'),
    el('p.quiet', {}, `Version ${info.version}  ·  `, el('a', { href: '/asyncapi.json' }, 'asyncapi.json')),
    el('div.lead', {}, prose(info.description)),
    table(['Address', 'Channel', 'What it is for'], rows, 'codes'),
  );
  return { id: 'overview', title: 'Overview', node, entries: [] };
}

/** One message: words, fields and examples. */
function message({ name, summary, description, payload, examples, tags, ...rest }: Message): Entry {
  const id = `${tags[0]?.$ref.split('/').at(-1)}-${name}`;
  const status = rest.bindings?.http?.statusCode;
  const words = [
    el('p.summary', {}, inline(summary)),
    prose(description),
    reaction('Answered by', rest['x-replies']),
    reaction('Errors of its own', rest['x-errors'], 'codes-error'),
    status === undefined ? undefined : el('p.quiet', {}, `Status ${status}.`),
  ];
  const fields = fieldTable(fieldsOf(payload));
  return entry(id, name, words, fields, examples);
}

function reaction(label: string, names: readonly string[] | undefined, target?: string): Child {
  if (names === undefined) return undefined;
  const links = names.flatMap((name, index) => [
    index > 0 ? ', ' : ' ',
    el('a', { href: `#${target ?? `server-${name}`}` }, el('code', {}, name)),
  ]);
  return el('p.quiet', {}, `${label}:`, links);
}

function entry(id: string, name: string, words: Child, fields: Child, examples: Message['examples']): Entry {
  const shown = examples.map(({ name: label, payload }) =>
    codeBlock(JSON.stringify(payload, null, 2), label),
  );
  const node = el(
    'article.entry',
    { 'aria-labelledby': id },
    heading(3, id, el('code', {}, name)),
    el('div.columns', {}, el('div.told', {}, words, fields), el('div.shown', {}, shown)),
  );
  return { id, title: name, node };
}

function eventSection({ components }: ProtocolDocument, events: readonly Message[]): Section {
  const perEvent = events.map(one => ({ one, fields: fieldsOf(dataOf(one.payload)) }));
  const plain = perEvent.filter(({ one }) => one.name !== 'hook').map(({ fields }) => fields);
  // What every event may carry is told once.
  const common = (plain[0] ?? []).filter(({ path }) =>
    plain.every(fields => fields.some(one => one.path === path)),
  );
  const isCommon = ({ path }: Field): boolean => common.some(one => one.path === path);
  const entries = perEvent.map(({ one, fields: all }) => {
    const words = [el('p.summary', {}, inline(one.summary)), prose(one.description)];
    const fields = fieldTable(all.filter(field => !isCommon(field)));
    return entry(`event-${one.name}`, one.name === 'hook' ? 'hook.*' : one.name, words, fields, one.examples);
  });
  const lead = [
    el('p', {}, 'Every event travels in the same envelope:'),
    fieldTable(fieldsOf(components.schemas['EventEnvelope'] ?? {})),
    el(
      'p',
      {},
      'The tables below tell the fields of ',
      el('code', {}, 'data'),
      '. On top of them, any of these may be there:',
    ),
    fieldTable(common),
  ];
  return section('events', 'Events', lead, entries);
}

function routes(list: readonly Route[]): HTMLElement {
  const rows = list.map(({ method, path, needs, summary }) =>
    codeRow(`${method} ${path}`, `\`${needs}\``, summary),
  );
  return table(['Route', 'Needs', 'What it does'], rows, 'codes');
}

function codes(document: ProtocolDocument): Section {
  const described = ({ code, description }: { code: string; description: string }): HTMLElement =>
    codeRow(code, description);
  const tables: readonly (readonly [string, string, readonly string[], readonly HTMLElement[]])[] = [
    ['codes-error', 'Error codes', ['Code', 'Meaning'], document['x-error-codes'].map(described)],
    [
      'codes-close',
      'Close codes',
      ['Code', 'Name', 'Meaning'],
      document['x-close-codes'].map(({ code, name, description }) =>
        codeRow(code, `\`${name}\``, description),
      ),
    ],
    [
      'codes-reason',
      'Why a position could not be resumed',
      ['Reason', 'Meaning'],
      document['x-resume-reasons'].map(described),
    ],
    [
      'codes-http',
      'HTTP errors',
      ['Code', 'Status'],
      document['x-http-errors'].map(({ code, status }) => codeRow(code, status)),
    ],
  ];
  const entries = tables.map(([id, title, heads, rows]) => {
    const node = el(
      'article.entry',
      { 'aria-labelledby': id },
      heading(3, id, title),
      table(heads, rows, 'codes'),
    );
    return { id, title, node };
  });
  return section('codes', 'Codes', [], entries);
}

function limits(list: readonly Limit[]): HTMLElement {
  const rows = list.map(({ name, value, unit, description, configurable }) =>
    codeRow(
      name,
      `${String(value).replace(/\B(?=(\d{3})+$)/g, ' ')}${unit === undefined ? '' : ` ${unit}`}`,
      description,
      configurable ? 'yes' : 'no',
    ),
  );
  return table(['Limit', 'Value', 'Meaning', 'Can be changed'], rows, 'codes');
}

function shapes(schemas: Readonly<Record<string, Schema>>): Section {
  const entries = Object.entries(schemas).map(([name, schema]) => {
    const fields = schema.properties
      ? fieldTable(fieldsOf(schema))
      : fieldTable([{ path: name, type: typeOf(schema), bounds: '', required: true, description: '' }]);
    const id = shapeId(name);
    const words = schema.description === undefined ? [] : prose(schema.description);
    const node = el(
      'article.entry',
      { 'aria-labelledby': id },
      heading(3, id, el('code', {}, name)),
      words,
      fields,
    );
    return { id, title: name, node };
  });
  return section('shapes', 'Shared shapes', [el('p', {}, 'What several messages have in common.')], entries);
}
