// Why there is no answer at a path: nothing is there, or it wants to be asked in another way.
import type { Hono } from 'hono';
import type { AppEnv } from './app-env.ts';
import { HttpError } from './http-error.ts';

export function nothingAt(app: Hono<AppEnv>, method: string, path: string): HttpError {
  if (path === '/ws')
    return new HttpError(
      'upgrade_required',
      'this is where the WebSocket is; ask with "Upgrade: websocket", or read /events as Server-Sent Events',
    );
  const methods = new Set(app.routes.filter(route => route.path === path).map(route => route.method));
  if (methods.size === 0)
    return new HttpError('not_found', `there is nothing at ${method} ${path}; /docs tells what there is`);
  if (methods.has('GET')) methods.add('HEAD');
  const allow = [...methods].join(', ');
  return new HttpError('method_not_allowed', `${path} does not take ${method}, only ${allow}`, { allow });
}
