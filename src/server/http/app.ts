// The HTTP application: a list of routes, and what is answered where there is none.
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import type { AppEnv } from './app-env.ts';
import type { HookRoute } from './hook-route.ts';
import { HttpError } from './http-error.ts';
import { nothingAt } from './nothing-at.ts';
import { type AlertRoutesOptions, addAlertRoutes } from './routes/alerts.ts';
import { type AnswerLinkRoutesOptions, addAnswerLinkRoutes } from './routes/answer-links.ts';
import { type ApprovalRoutesOptions, addApprovalRoutes } from './routes/approvals.ts';
import { addBrokerRoutes, type BrokerRoutesOptions } from './routes/brokers.ts';
import { addDaemonRoutes, type DaemonRoutesOptions } from './routes/daemon.ts';
import { addDbRoutes, type DbRoutesOptions } from './routes/db.ts';
import { addEventRoutes, type EventRoutesOptions } from './routes/events.ts';
import { addHistoryRoutes, type HistoryRoutesOptions } from './routes/history.ts';
import { addLoginRoutes, type LoginRoutesOptions } from './routes/login.ts';
import { addMessageRoutes, type MessageRoutesOptions } from './routes/messages.ts';
import { addNameRoutes, type NameRoutesOptions } from './routes/names.ts';
import { addPageRoutes, type PageRoutesOptions } from './routes/pages.ts';
import { addRelayRoutes, type RelayRoutesOptions } from './routes/relay.ts';
import { addRoomRoutes, type RoomRoutesOptions } from './routes/rooms.ts';
import type { Needs } from './routes/routes.ts';
import { addSessionRoutes, type SessionRoutesOptions } from './routes/sessions.ts';
import { addTokenRoutes, type TokenRoutesOptions } from './routes/tokens.ts';
import { addWebhookRoutes, type WebhookRoutesOptions } from './routes/webhooks.ts';

export interface AppOptions
  extends DaemonRoutesOptions,
    SessionRoutesOptions,
    EventRoutesOptions,
    DbRoutesOptions,
    HistoryRoutesOptions,
    LoginRoutesOptions,
    MessageRoutesOptions,
    ApprovalRoutesOptions,
    AnswerLinkRoutesOptions,
    AlertRoutesOptions,
    NameRoutesOptions,
    BrokerRoutesOptions,
    RelayRoutesOptions,
    RoomRoutesOptions,
    WebhookRoutesOptions,
    TokenRoutesOptions,
    PageRoutesOptions {
  readonly hook: HookRoute;
  readonly failed: (where: string, error: unknown) => void;
}

export function makeApp(options: AppOptions): Hono<AppEnv> {
  const { gate, hook, queries, failed } = options;
  const app = new Hono<AppEnv>();
  const needs: Needs = (scope, places) => async (c, next) => {
    c.set('access', gate.authorize(c.env.incoming, scope, places));
    await next();
  };

  // Spelt in another way than hooks do it; the others never come this far.
  app.post('/hook', async c => {
    await hook(c.env.incoming, c.env.outgoing);
    return RESPONSE_ALREADY_SENT;
  });
  addDaemonRoutes(app, needs, options);
  addSessionRoutes(app, needs, options);
  addEventRoutes(app, needs, options);
  addDbRoutes(app, needs, options);
  addHistoryRoutes(app, needs, options);
  addLoginRoutes(app, needs, options);
  addMessageRoutes(app, needs, options);
  addApprovalRoutes(app, needs, options);
  addAnswerLinkRoutes(app, needs, options);
  addAlertRoutes(app, needs, options);
  addNameRoutes(app, needs, options);
  addBrokerRoutes(app, needs, options);
  addRelayRoutes(app, needs, options);
  addRoomRoutes(app, options);
  addWebhookRoutes(app, options);
  addTokenRoutes(app, needs, options);
  addPageRoutes(app, options);

  /** What somebody sent to the wrong place may be a token, and must not stand in an error. */
  const refused = (c: Context<AppEnv>, error: HttpError): Response =>
    answer(c, error.quoting(queries.sanitize));
  app.notFound(c => refused(c, nothingAt(app, c.req.method, c.req.path)));
  app.onError((error, c) => {
    if (error instanceof HttpError) return refused(c, error);
    failed(`${c.req.method} ${c.req.path}`, error);
    return answer(c, HttpError.internal());
  });
  return app;
}

function answer(c: Context<AppEnv>, error: HttpError): Response {
  return c.body(error.body, error.status as 400, error.headers);
}
