// Reads single fields of a payload; one of an odd type reads as absent, so that it never reaches an event's data.
import { isObject, type JsonObject } from '../../json.ts';

/** Reads one field of an event's data out of a payload; undefined leaves the field out. */
export type Reader = (payload: JsonObject) => unknown;

export function text(key: string): Reader {
  return payload => (typeof payload[key] === 'string' ? payload[key] : undefined);
}

/** A finite number of at least 0. */
export function amount(key: string): Reader {
  return payload => {
    const value = payload[key];
    return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
  };
}

export function integer(key: string): Reader {
  return payload => (Number.isSafeInteger(payload[key]) ? payload[key] : undefined);
}

export function flag(key: string): Reader {
  return payload => (typeof payload[key] === 'boolean' ? payload[key] : undefined);
}

export function list(key: string): Reader {
  return payload => (Array.isArray(payload[key]) ? payload[key] : undefined);
}

/** Any JSON, as it came. */
export function json(key: string): Reader {
  return payload => payload[key];
}

export function always(value: unknown): Reader {
  return () => value;
}

export function or(reader: Reader, fallback: unknown): Reader {
  return payload => reader(payload) ?? fallback;
}

/** The strings found under `key` in the objects of the list `listKey`. */
export function each(listKey: string, key: string): Reader {
  return payload => {
    const items = payload[listKey];
    if (!Array.isArray(items)) return [];
    return items.flatMap((item: unknown) =>
      isObject(item) && typeof item[key] === 'string' ? [item[key]] : [],
    );
  };
}
