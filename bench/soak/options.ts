// What a soak can be told.
import { parseArgs } from 'node:util';

export interface SoakOptions {
  readonly minutes: number;
  /** Hooks a second. */
  readonly rate: number;
  readonly clients: number;
  /** Seconds between two samples. */
  readonly every: number;
  /** Where samples are written, as NDJSON; undefined: nowhere. */
  readonly samples: string | undefined;
  /** Further environment of the daemon, to try things with: `--env NAME=VALUE`. */
  readonly env: Readonly<Record<string, string>>;
}

const MINUTES = 60;
const SHORT_MINUTES = 2;

/** @throws TypeError for what it does not know */
export function readOptions(args: readonly string[]): SoakOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string' },
      hours: { type: 'string' },
      short: { type: 'boolean', default: false },
      rate: { type: 'string', default: '100' },
      clients: { type: 'string', default: '20' },
      every: { type: 'string' },
      samples: { type: 'string' },
      env: { type: 'string', multiple: true, default: [] },
    },
  });
  const hours = values.hours === undefined ? undefined : positive('--hours', values.hours) * 60;
  const given = values.minutes === undefined ? hours : positive('--minutes', values.minutes);
  const minutes = given ?? (values.short ? SHORT_MINUTES : MINUTES);
  return {
    minutes,
    rate: positive('--rate', values.rate),
    clients: positive('--clients', values.clients),
    every: values.every === undefined ? (minutes <= 10 ? 2 : 10) : positive('--every', values.every),
    samples: values.samples,
    env: Object.fromEntries(values.env.map(pair => pair.split(/=(.*)/s).slice(0, 2))),
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new TypeError(`soak: ${name} must be a number above 0, not ${text}`);
  return value;
}
