// The routes about alerts: which are open, having seen one, and trying whether those that rules tell are reached.
import { z } from 'zod';
import {
  type Alerts,
  NoAlertError,
  NoPushServiceError,
  type Push,
  PushSubscription,
} from '../../../alerts/index.ts';
import type { Queries } from '../../../engine/index.ts';
import { takeJson } from '../body.ts';
import { checked } from '../checked.ts';
import { HttpError } from '../http-error.ts';
import { NoQuery, parseQuery } from '../query.ts';
import type { Room } from '../room.ts';
import { type App, BROWSER, type Needs } from './routes.ts';

export interface AlertRoutesOptions {
  readonly alerts: Alerts;
  /** Browsers that are told while their page is closed. */
  readonly browsers: Push;
  readonly queries: Queries;
  readonly room: Room;
}

const BODY = { most: 8192, mend: 'send nothing but what is asked for' };
const Endpoint = z.strictObject({ endpoint: z.string().min(1).max(2048) });
const Test = z.strictObject({ target: z.string().min(1).max(64).exactOptional() });

export function addAlertRoutes(
  app: App,
  needs: Needs,
  { alerts, browsers, queries, room }: AlertRoutesOptions,
): void {
  app.get('/api/alerts', needs('read', BROWSER), c => {
    parseQuery(NoQuery, c.req.queries());
    return c.json({ alerts: queries.openAlerts(), targets: alerts.targets });
  });

  app.post('/api/alerts/:id/acknowledge', needs('control', BROWSER), async c => {
    parseQuery(NoQuery, c.req.queries());
    return c.json(await orNotFound(() => alerts.acknowledge(c.req.param('id'), c.var.access.holder)));
  });

  app.post('/api/alerts/test', needs('control', BROWSER), async c => {
    parseQuery(NoQuery, c.req.queries());
    const { target } = await takeJson(c.env.incoming, { ...BODY, room }, value => checked(Test, value));
    return c.json({ tried: await orNotFound(() => alerts.test(target)) });
  });

  app.get('/api/alerts/push', needs('read', BROWSER), async c => {
    parseQuery(NoQuery, c.req.queries());
    if (!alerts.targets.includes('push'))
      throw new HttpError('not_found', 'no rule tells "push", so there is nothing to subscribe to');
    return c.json({ publicKey: await browsers.publicKey() });
  });

  app.post('/api/alerts/push', needs('control', BROWSER), async c => {
    parseQuery(NoQuery, c.req.queries());
    const { env } = c;
    const subscription = await takeJson(env.incoming, { ...BODY, room }, value =>
      checked(PushSubscription, value),
    );
    try {
      await browsers.subscribe(subscription);
    } catch (error) {
      if (!(error instanceof NoPushServiceError)) throw error;
      throw new HttpError(error.code, error.message, { cause: error });
    }
    return c.json({ status: 'subscribed' });
  });

  app.delete('/api/alerts/push', needs('control', BROWSER), async c => {
    parseQuery(NoQuery, c.req.queries());
    const { endpoint } = await takeJson(c.env.incoming, { ...BODY, room }, value => checked(Endpoint, value));
    await browsers.unsubscribe(endpoint);
    return c.json({ status: 'unsubscribed' });
  });
}

/** @throws HttpError for what alerts refuse */
async function orNotFound<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof NoAlertError)) throw error;
    throw new HttpError(error.code, error.message, { cause: error });
  }
}
