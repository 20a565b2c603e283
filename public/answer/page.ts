// The page that a link on a phone opens: one request of a session, all of it, its answers, and how it ended.
import { makeRequest, type RequestView } from '../approvals/request.ts';
import { endWords, refusalWords } from '../approvals/words.ts';
import { whoAsks } from '../design/asks.ts';
import { byId, setOptional, setText } from '../design/dom.ts';
import { sessionName } from '../design/names.ts';
import { isAway } from '../live/again.ts';
import { ApiError, ask } from '../live/api.ts';
import { redeem, takeAddress } from './link.ts';
import { type End, type Found, pathOf, watchRequest } from './watch.ts';

const said = byId('said', HTMLElement);
const where = byId('where', HTMLElement);
const place = byId('asked', HTMLElement);

/** How long the daemon may take to say that it has an answer, in milliseconds. */
const PATIENCE_MS = 15_000;
const AGAIN_MS = 2000;

let view: RequestView | undefined;
let expiresAt = 0;
let isLive = false;
/** An answer was given on this page, and nobody has said that it was not taken. */
let isOurs = false;
let ended: End | undefined;

function say(text: string, kind: 'progress' | 'problem' = 'progress'): void {
  said.dataset['kind'] = kind;
  setOptional(said, text);
}

const draw = (): void => view?.draw(Date.now(), isLive);

function found(what: Found): void {
  isLive = true;
  if ('ended' in what) return end(what.ended);
  const { request } = what;
  ({ expiresAt } = request);
  say('');
  if (view === undefined) {
    const name = sessionName({ cwd: request.cwd });
    if (name !== '') setText(where, `${name} asks`);
    document.title = `${where.textContent} · hookline`;
    view = makeRequest(request, { answer, expiresAt: () => expiresAt }, whoAsks(request.agentId, []));
    place.replaceChildren(view.node);
  }
  draw();
}

/** What was asked stays to be read, without its answers. */
function end(how: End): void {
  ended = how;
  const { outcome, by, message = '' } = how;
  view?.node.querySelector('.request-answers')?.remove();
  setText(view?.node.querySelector('.request-head > span'), '');
  for (const input of view?.node.querySelectorAll('input') ?? []) input.disabled = true;
  if (view === undefined) setText(where, 'A session of yours asked');
  const words = endWords({ outcome, by, message, here: isOurs && by.startsWith('link') });
  say(`${words.replace(/[.!?]$/, '')}. You can close this page.`);
  document.title = `${words} · hookline`;
}

/** @throws ApiError */
async function answer(requestId: string, body: unknown): Promise<void> {
  isOurs = true;
  try {
    await ask('POST', pathOf(requestId), { body, signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch (error) {
    // Where nothing was said it may have been taken all the same.
    if (error instanceof ApiError && !isAway(error)) isOurs = false;
    if (ended !== undefined) end(ended);
    throw error;
  }
}

async function open(): Promise<void> {
  const { requestId, ticket } = takeAddress();
  if (requestId === '')
    return say('This is where links to a request of a session lead; this one names none.', 'problem');
  if (ticket !== undefined) await exchange(ticket);
  await watchRequest(requestId, {
    found,
    away() {
      isLive = false;
      draw();
      say('hookline does not answer. This page goes on as soon as it does.', 'problem');
    },
    refused({ status, message }) {
      isLive = false;
      draw();
      say(status === 401 ? sentence(message) : refusalWords(new ApiError(status, message)), 'problem');
    },
  });
}

/** Until the daemon has said something: a ticket that it took and one that it refused both lead to the request, or to why not. */
async function exchange(ticket: string): Promise<void> {
  for (;;) {
    try {
      return void (await redeem(ticket));
    } catch (error) {
      if (!(error instanceof ApiError) || !isAway(error)) return;
      say('hookline does not answer. This page goes on as soon as it does.', 'problem');
      await new Promise(resolve => setTimeout(resolve, AGAIN_MS));
    }
  }
}

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;

setInterval(draw, 1000);
// A second link that is opened in this tab changes nothing but the fragment.
addEventListener('hashchange', () => {
  if (new URLSearchParams(location.hash.slice(1)).has('ticket')) location.reload();
});
void open();
