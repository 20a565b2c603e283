// What is read at brokers, by what they write of it: `TOPIC@LABEL` of one that is configured, or a URL with the topic after the host.
import { patternProblem, READABLE } from './broker-patterns.ts';
import { kindOf, nodeName } from './brokers.ts';
import type { BrokerConfig, BrokerInput, BrokerKind } from './config.ts';
import type { BrokerPlace } from './inputs.ts';

/** A URL with what to read in it. */
const EXAMPLES: Readonly<Record<BrokerKind, string>> = {
  amqp: 'amqp://box.lan/VHOST/jobs',
  mqtt: 'mqtt://box.lan/plant/+/alarm',
  redis: 'redis://box.lan/jobs',
  nats: 'nats://box.lan/plant.*.alarm',
};

const PORTS: Readonly<Record<string, number>> = {
  ...{ 'amqp:': 5672, 'amqps:': 5671, 'mqtt:': 1883, 'mqtts:': 8883 },
  ...{ 'redis:': 6379, 'rediss:': 6379, 'nats:': 4222, 'tls:': 4222 },
};

/** A place names no broker, or nothing that could be read there. Its message never has the place, which may hold a password. */
export class PlaceError extends Error {
  readonly code = 'place';
  override readonly name = 'PlaceError';
}

/**
 * The brokers with one more place to read. It is added to the broker that is meant; a URL of one that is not among them makes one, whose
 * names are not fetched, and that is told no events.
 *
 * @throws PlaceError
 */
export function withPlace(brokers: readonly BrokerConfig[], place: BrokerPlace): BrokerConfig[] {
  const { kind, place: written, to, ...rule } = place;
  const found = /^[a-z]+:\/\//i.test(written)
    ? atUrl(brokers, kind, written)
    : atLabel(brokers, kind, written);
  const { broker, from } = found;
  const problem = patternProblem(kind, from);
  if (problem !== undefined) throw new PlaceError(problem);
  if (broker.in.some(one => one.from === from))
    throw new PlaceError(`the ${READABLE[kind]} ${from} of ${broker.label} is there twice`);
  const added: BrokerInput = { from, to, rule };
  const full = { ...broker, in: [...broker.in, added] };
  return brokers.includes(broker) ? brokers.map(one => (one === broker ? full : one)) : [...brokers, full];
}

interface Found {
  readonly broker: BrokerConfig;
  /** What is read there. */
  readonly from: string;
}

function atLabel(brokers: readonly BrokerConfig[], kind: BrokerKind, written: string): Found {
  const what = READABLE[kind];
  const at = written.lastIndexOf('@');
  if (at < 1)
    throw new PlaceError(
      `it must be the ${what}, "@" and the label of a broker, or a URL such as ${EXAMPLES[kind]}`,
    );
  const label = written.slice(at + 1);
  const broker = brokers.find(one => one.label === label);
  const labels = brokers.map(one => one.label).join(', ');
  if (broker === undefined)
    throw new PlaceError(
      `no broker is called ${JSON.stringify(label)}; ${labels === '' ? 'none is configured' : `there are ${labels}`}`,
    );
  if (broker.kind !== kind)
    throw new PlaceError(
      `the broker ${label} speaks ${broker.kind}; write "${broker.kind}" in place of "${kind}"`,
    );
  return { broker, from: written.slice(0, at) };
}

function atUrl(brokers: readonly BrokerConfig[], kind: BrokerKind, written: string): Found {
  const [, base = '', rest = ''] = /^([^/]+\/\/[^/]*)\/?(.*)$/s.exec(written) ?? [];
  if (kindOf(base) !== kind)
    throw new PlaceError(`it is no URL of this kind of broker, such as ${EXAMPLES[kind]}`);
  const { folder, name } = split(kind, rest);
  if (name === '')
    throw new PlaceError(
      `it does not say which ${READABLE[kind]} to read; it must be such as ${EXAMPLES[kind]}`,
    );
  const url = folder === '' ? base : `${base}/${folder}`;
  const broker = brokers.find(one => one.kind === kind && isSame(kind, new URL(one.url), new URL(url)));
  if (broker !== undefined) return { broker, from: name };
  const label = freeLabel(brokers, kind);
  return { broker: { url, kind, label, node: nodeName(), events: [], names: [], in: [] }, from: name };
}

/** What stands after the host: a vhost or the number of a database, which belong to the broker, and what to read. */
function split(kind: BrokerKind, rest: string): { readonly folder: string; readonly name: string } {
  const folder = { amqp: /^([^/]*)\//, redis: /^(\d+)\//, mqtt: undefined, nats: undefined }[kind];
  const [whole = '', part = ''] = folder?.exec(rest) ?? [];
  return { folder: part, name: decoded(rest.slice(whole.length)) };
}

/** Whether it is the same broker. One that does not say as whom is met as whoever is configured. */
function isSame(kind: BrokerKind, configured: URL, url: URL): boolean {
  const placeOf = ({ protocol, hostname, port, pathname }: URL): string => {
    const folder = decoded(pathname.slice(1));
    const inside = kind === 'amqp' ? folder || '/' : kind === 'redis' ? folder || '0' : '';
    return [protocol, hostname.toLowerCase(), port || PORTS[protocol], inside].join(' ');
  };
  if (placeOf(configured) !== placeOf(url)) return false;
  return url.username === '' || url.username === configured.username;
}

function freeLabel(brokers: readonly BrokerConfig[], kind: BrokerKind): string {
  const taken = new Set(brokers.map(({ label }) => label));
  let label: string = kind;
  for (let n = 2; taken.has(label); n++) label = `${kind}-${n}`;
  return label;
}

/** A text of a URL; one that has no escapes but a lone `%` is what it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
