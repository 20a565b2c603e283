// The kind of option that lists where messages of programs come in: FIFOs, Unix sockets, and what is read at brokers.
import { z } from 'zod';
import { MESSAGE_LIMITS, Name, Priority } from '../protocol/index.ts';
import type { BrokerKind, InputRule, LineInput } from './config.ts';
import type { Kind } from './option.ts';

/** What is read at a broker, as it is written: `TOPIC@LABEL`, or a URL. */
export interface BrokerPlace extends InputRule {
  readonly kind: BrokerKind;
  readonly place: string;
  readonly to: string;
}

export type Input = LineInput | BrokerPlace;

const BROKERS = ['amqp', 'mqtt', 'redis', 'nats'] as const satisfies readonly BrokerKind[];
const WAYS = ['fifo', 'unix', ...BROKERS] as const;

/** Where the daemon is started from must not matter. */
const file = z
  .string()
  .regex(/^~?\/./, 'must be an absolute path, or one that begins with ~/')
  .exactOptional();
const place = z.string().min(1).max(1024).exactOptional();

const input = z
  .strictObject({
    ...{ fifo: file, unix: file, amqp: place, mqtt: place, redis: place, nats: place },
    to: z.string().regex(/^\S{1,256}$/, 'must be a name, or the id of a session'),
    from: Name.exactOptional(),
    priority: Priority.exactOptional(),
    ttlMs: z.int().min(MESSAGE_LIMITS.ttlMs.least).max(MESSAGE_LIMITS.ttlMs.most).exactOptional(),
    template: z.string().min(1).exactOptional(),
  })
  .refine(
    given => WAYS.filter(way => way in given).length === 1,
    `must have one of ${WAYS.join(', ')}, and only one`,
  )
  .transform(({ fifo, unix, amqp, mqtt, redis, nats, ...rest }): Input => {
    if (fifo !== undefined) return { fifo, ...rest };
    if (unix !== undefined) return { unix, ...rest };
    const places = Object.entries({ amqp, mqtt, redis, nats }) as [BrokerKind, string | undefined][];
    const [kind, given = ''] = places.find(([, one]) => one !== undefined) ?? ['mqtt'];
    return { kind, place: given, ...rest };
  });

export const inputs: Kind<readonly Input[]> = {
  schema: z.array(input).refine(all => {
    const paths = all.flatMap(one => ('place' in one ? [] : [pathOf(one)]));
    return new Set(paths).size === paths.length;
  }, 'a path is there twice'),
  allowed:
    'a list such as [{"unix": "~/hookline.sock", "to": "backend"}, {"fifo": "/run/ci", "to": "ops", "from": "ci", "priority": "high", "ttlMs": 60000, "template": "{{job}}"}, {"mqtt": "plant/+/alarm@mqtt", "to": "ops"}], each path once, and absolute or with ~/',
  fromText: text => text,
  hasParts: true,
  // A URL may have a password in it.
  isSecret: true,
};

const pathOf = (input: LineInput): string => ('fifo' in input ? input.fifo : input.unix);
