// What a hook that waits in the background says of itself with `POST /hook`, and how it is answered: see `hooks/hookline-hook`, mode `rewake`.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { InvalidPayloadError } from '../../agents/index.ts';
import type { WaitingHook, Woken } from '../../inbox/index.ts';

/** What it says in `Hookline-Prints`: it is about no event. */
const MODE = 'rewake';
/** Its process and that of its client, behind each other. */
const WAITER = /^([1-9]\d{0,9}) ([1-9]\d{0,9})$/;
const Body = z.object({ session_id: z.string().regex(/^[\w.-]{1,200}$/) });

export const isWaiting = ({ headers }: IncomingMessage): boolean => headers['hookline-prints'] === MODE;

/** @throws InvalidPayloadError */
export function waitingHook({ headers }: IncomingMessage, body: unknown): WaitingHook {
  const [, pid, clientPid] = WAITER.exec(String(headers['hookline-waiter'])) ?? [];
  const { success, data } = Body.safeParse(body);
  if (pid === undefined || !success)
    throw new InvalidPayloadError(
      'a hook that waits sends {"session_id": ID}, and "Hookline-Waiter: PID PID-OF-ITS-CLIENT"; without "Hookline-Prints: rewake" it is taken for an event',
    );
  return { sessionId: data.session_id, pid: Number(pid), clientPid: Number(clientPid) };
}

/** 200 with what it prints, 204 to ask again, 410 when there is nothing to wait for. */
export function tellWaiting(response: ServerResponse, woken: Woken): void {
  if (woken.kind === 'again') return void response.writeHead(204).end();
  const [status, text] = woken.kind === 'text' ? [200, woken.text] : [410, `${woken.reason}\n`];
  const length = String(Buffer.byteLength(text));
  response
    .writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'content-length': length })
    .end(text);
}
