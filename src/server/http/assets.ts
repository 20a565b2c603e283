// The pages and their files: an allow-list made at start, so that no path of a request ever reaches the disk.
import { readdirSync, readFileSync } from 'node:fs';

export interface Asset {
  readonly body: Buffer<ArrayBuffer>;
  readonly type: string;
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
};

/** Headers of every page: nothing from elsewhere, no inline script, no framing. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** The files directly in public/, by name. */
export function loadAssets(
  folder = new URL('../../../public/', import.meta.url),
): ReadonlyMap<string, Asset> {
  const assets = new Map<string, Asset>();
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const type = TYPES[entry.name.split('.').at(-1) ?? ''];
    if (entry.isFile() && type)
      assets.set(entry.name, {
        body: readFileSync(new URL(entry.name, folder)) as Buffer<ArrayBuffer>,
        type,
      });
  }
  return assets;
}
