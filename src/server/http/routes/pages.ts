// The routes of the pages: the dashboard or its login, the page of one request, the document of the protocol, and their files.
import type { Context } from 'hono';
import type { Access } from '../../../auth/index.ts';
import type { AppEnv } from '../app-env.ts';
import { type Asset, PAGE_HEADERS } from '../assets.ts';
import type { Gate } from '../gate.ts';
import { type App, BROWSER } from './routes.ts';

export interface PageRoutesOptions {
  readonly gate: Gate;
  readonly assets: ReadonlyMap<string, Asset>;
}

/** Where the dashboard is told what its login lets it do: nothing, until the scopes are there. */
const mayBe = (scopes: string): string => `data-may="${scopes}"`;

export function addPageRoutes(app: App, { gate, assets }: PageRoutesOptions): void {
  const page = (c: Context<AppEnv>, name: string, scopes = ''): Response | Promise<Response> => {
    const found = assets.get(name);
    if (!found) return c.notFound();
    const body = found.body.toString().replace(mayBe(''), mayBe(scopes));
    return c.body(body, 200, { ...PAGE_HEADERS, 'content-type': found.type });
  };

  app.get('/', c => {
    let access: Access;
    try {
      access = gate.authorize(c.env.incoming, 'read', BROWSER);
    } catch {
      return page(c, 'public/login.html');
    }
    return page(c, 'public/index.html', [...access.scopes].join(' '));
  });
  app.get('/answer', c => page(c, 'public/answer.html'));
  app.get('/docs', c => page(c, 'public/docs.html'));
  app.get('/assets/:path{.+}', c => {
    const found = assets.get(c.req.param('path'));
    if (!found) return c.notFound();
    // A browser may keep it, and asks every time whether it is still the same.
    const headers = { ...PAGE_HEADERS, 'cache-control': 'no-cache', etag: found.etag };
    if (c.req.header('if-none-match') === found.etag) return c.body(null, 304, headers);
    return c.body(found.body, 200, { ...headers, 'content-type': found.type });
  });
}
