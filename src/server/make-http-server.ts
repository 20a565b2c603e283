// The server of a daemon: its routes and its WebSockets over what the daemon has.
import type { Server } from 'node:http';
import type { Alerts, Push } from '../alerts/index.ts';
import type { ApprovalQueue } from '../approvals/index.ts';
import { asyncApiText } from '../asyncapi/index.ts';
import { AnswerLinks, type Grants, type Keyring, type Tickets } from '../auth/index.ts';
import { type Bridge, statesOf } from '../bridge/index.ts';
import { ROOM_FRAME_BYTES, type Rooms } from '../channel/index.ts';
import type { History } from '../history/index.ts';
import type { Inbox } from '../inbox/index.ts';
import { WebhookIntake, Webhooks } from '../intake/index.ts';
import { compactLog } from '../log/index.ts';
import type { NodeState } from '../protocol/index.ts';
import { makeApp } from './http/app.ts';
import { loadAssets } from './http/assets.ts';
import { Gate } from './http/gate.ts';
import { makeHookRoute } from './http/hook-route.ts';
import { engineMetrics, metricsText } from './http/metrics/metrics.ts';
import { Room } from './http/room.ts';
import { makeWebServer } from './http/web-server.ts';
import type { Shared } from './shared.ts';
import type { Clients } from './ws/clients.ts';
import { RateLimits } from './ws/rate-limit.ts';
import { roomPlace } from './ws/room-place.ts';

/** Whoever goes on at a hub names the position of each of its machines: longest frame of theirs, in bytes, for some ten thousand. */
const HUB_FRAME_BYTES = 1024 * 1024;

export interface HttpServerOptions extends Shared {
  readonly keyring: Keyring;
  readonly grants: Grants;
  readonly tickets: Tickets;
  readonly inbox: Inbox;
  readonly history: History;
  readonly approvals: ApprovalQueue;
  readonly alerts: Alerts;
  /** Brings them to browsers. */
  readonly push: Push;
  readonly rooms: Rooms;
  readonly clients: Clients;
  readonly bridges: readonly Bridge[];
  /** The machines that a hub shows. */
  readonly nodes: () => readonly NodeState[];
  /** Where it listens. */
  readonly bound: () => { readonly host: string; readonly port: number };
  readonly health: () => object;
  /** Makes new tokens, which are the only valid ones from then on. */
  readonly rotate: () => void;
  readonly isStopping: () => boolean;
}

/** It does not listen yet. */
export function makeHttpServer(options: HttpServerOptions): Server {
  const { config, engine, names, self, now, uptime, failed, keyring, clients, bound } = options;
  const { allowedHosts, allowedOrigins, auth, limits, retentionDays: days, retentionBytes: bytes } = config;
  const { queries } = engine;
  const room = new Room();
  const gate = new Gate({ keyring, auth, self, allowedHosts, allowedOrigins, now, bound });
  const hook = makeHookRoute({
    gate,
    body: { most: limits.hookBodyBytes, room, mend: 'send less, or raise limits.hookBodyBytes' },
    ingest: (body, prints) => engine.ingest(body, prints),
    wait: (waiting, gone) => options.inbox.wait(waiting, gone),
    isDraining: options.isStopping,
    sanitize: queries.sanitize,
    failed: error => failed('POST /hook', error),
  });
  const { tickets, inbox, approvals, alerts, rooms, grants, history, health, rotate } = options;
  const app = makeApp({
    ...{ hook, room, gate, keyring, tickets, queries, inbox, approvals, names, rooms, grants },
    ...{ alerts, history },
    browsers: options.push,
    ...{ self, now, uptime, health, rotate, failed },
    webhooks: makeWebhookIntake(options),
    answerLinks: new AnswerLinks(),
    push: data => engine.push({ ...data }),
    assets: loadAssets(self),
    asyncapi: asyncApiText(),
    port: () => bound().port,
    brokers: () => statesOf(options.bridges),
    nodes: options.nodes,
    metrics: () => metricsText(engineMetrics(engine, clients.size)),
    retention: { days, bytes },
    compact: () => compactLog(engine.log),
    openStream: (response, request, access) => clients.openStream(response, request, access),
  });
  return makeWebServer({
    app,
    hook,
    gate,
    checkRoom: () => clients.checkRoom(),
    endpoints: [
      {
        paths: ['/ws', '/'],
        frameBytes: Math.max(limits.clientFrameBytes, queries.nodes() ? HUB_FRAME_BYTES : 0),
        enter: () => (ws, socket, access) => clients.accept(ws, socket, access),
      },
      {
        paths: ['/channel'],
        frameBytes: Math.max(limits.clientFrameBytes, ROOM_FRAME_BYTES),
        enter: query => {
          const place = roomPlace(query);
          return (ws, socket, access) => clients.acceptInRoom(ws, socket, access, place);
        },
      },
    ],
  });
}

function makeWebhookIntake({ config, inbox, logger, now, uptime }: HttpServerOptions): WebhookIntake {
  const { rateMessages: messages, rateWindowMs: windowMs } = config.limits;
  const rates = new RateLimits({ windowMs, messages, close: Number.POSITIVE_INFINITY });
  return new WebhookIntake({
    webhooks: new Webhooks(config.home),
    send: (message, origin) => inbox.send(message, origin),
    mayCome: name => rates.count(name, uptime()) === 'ok',
    now,
    refused: what => logger.warn(what),
  });
}
