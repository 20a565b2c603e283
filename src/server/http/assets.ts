// The pages and their files: an allow-list made at start, so that no path of a request ever reaches the disk.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Asset {
  readonly body: Buffer<ArrayBuffer>;
  readonly type: string;
  /** Changes with the content, so that a browser that has it need not fetch it again. */
  readonly etag: string;
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

/** Where a page names a command, this stands for the words that run this hookline. */
const SELF = '{{hookline}}';

/** Where the files of the pages are: as they are written, and the scripts as the build compiled them. */
const PLACES: readonly {
  readonly folder: string;
  readonly under: string;
  readonly ends: readonly string[];
}[] = [
  { folder: 'public', under: 'public/', ends: ['html', 'css', 'svg', 'png', 'ico'] },
  { folder: 'dist/browser', under: '', ends: ['js'] },
];

/**
 * The files of the pages, by their path in the repository: `public/index.html`, `public/feed/rows.js`, and of the daemon's own what
 * the pages use, `src/client/stream.js`. So an import of one by another leads to the same file in both worlds.
 *
 * @param self the words that run this hookline in a terminal
 */
export function loadAssets(
  self: string,
  root = fileURLToPath(new URL('../../../', import.meta.url)),
): ReadonlyMap<string, Asset> {
  const assets = new Map<string, Asset>();
  const escaped = self.replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`);
  for (const { folder, under, ends } of PLACES) {
    const place = path.join(root, folder);
    for (const entry of readdirSync(place, { withFileTypes: true, recursive: true })) {
      const ending = path.extname(entry.name).slice(1);
      const type = TYPES[ending];
      if (!entry.isFile() || !type || !ends.includes(ending)) continue;
      const file = path.join(entry.parentPath, entry.name);
      const content = readFileSync(file) as Buffer<ArrayBuffer>;
      const body =
        ending === 'html' ? Buffer.from(content.toString().replaceAll(SELF, () => escaped)) : content;
      const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
      assets.set(under + path.relative(place, file).replaceAll(path.sep, '/'), { body, type, etag });
    }
  }
  return assets;
}
