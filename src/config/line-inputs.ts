// The kind of option that lists FIFOs and Unix sockets.
import { z } from 'zod';
import { MESSAGE_LIMITS, Name, Priority } from '../protocol/index.ts';
import type { LineInput } from './config.ts';
import type { Kind } from './option.ts';

/** Where the daemon is started from must not matter. */
const file = z.string().regex(/^~?\/./);

const common = {
  to: z.string().regex(/^\S{1,256}$/),
  from: Name.exactOptional(),
  priority: Priority.exactOptional(),
  ttlMs: z.int().min(MESSAGE_LIMITS.ttlMs.least).max(MESSAGE_LIMITS.ttlMs.most).exactOptional(),
  template: z.string().min(1).exactOptional(),
};

const inputs = z
  .array(z.union([z.strictObject({ fifo: file, ...common }), z.strictObject({ unix: file, ...common })]))
  .refine(all => new Set(all.map(pathOf)).size === all.length);

export const lineInputs: Kind<readonly LineInput[]> = {
  schema: inputs,
  allowed:
    'a list such as [{"unix": "~/hookline.sock", "to": "backend"}, {"fifo": "/run/ci", "to": "ops", "from": "ci", "priority": "high", "ttlMs": 60000, "template": "{{job}}"}], each path once, and absolute or with ~/',
  fromText: text => text,
};

export const pathOf = (input: LineInput): string => ('fifo' in input ? input.fifo : input.unix);
