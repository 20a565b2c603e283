// What one session asks, on its card or its page: every request that waits, and for a moment how one ended.
import type { AgentSnapshot } from '../../src/protocol/index.ts';
import { whoAsks } from '../design/asks.ts';
import { el, keepInOrder, setText } from '../design/dom.ts';
import { line } from '../design/text.ts';
import { gist } from '../design/words.ts';
import { answerKeys } from './keys.ts';
import type { Ended, OpenRequests } from './open-requests.ts';
import { makeRequest, type RequestView } from './request.ts';
import { endWords } from './words.ts';

export interface RequestList {
  readonly node: HTMLElement;
  /** Returns whether a request is shown, and which. */
  draw(sessionId: string, around: Around): readonly string[];
}

/** What is known besides the requests. */
export interface Around {
  readonly agents: readonly AgentSnapshot[];
  /** Whether the daemon is there. */
  readonly isLive: boolean;
}

export function makeRequestList(requests: OpenRequests): RequestList {
  const open = el('div.requests');
  const ended = el('ul.list.requests-ended', { role: 'status' });
  const node = el('div.request-list', {}, open, ended);
  const views = new Map<string, RequestView>();
  const ends = new Map<string, { readonly node: HTMLElement }>();
  return {
    node,
    draw(sessionId, { agents, isLive }) {
      const now = Date.now();
      const waiting = requests.of(sessionId);
      keepInOrder(
        open,
        views,
        waiting,
        ({ requestId }) => requestId,
        request => answerKeys.add(makeRequest(request, requests, whoAsks(request.agentId, agents))),
        view => view.draw(now, isLive),
      );
      keepInOrder(
        ended,
        ends,
        requests.endedOf(sessionId, now),
        ({ request }) => request.requestId,
        () => ({ node: el('li.small.data') }),
        (shown, end) => setText(shown.node, endLine(end)),
      );
      open.hidden = waiting.length === 0;
      ended.hidden = ends.size === 0;
      node.hidden = open.hidden && ended.hidden;
      answerKeys.look();
      return waiting.map(({ requestId }) => requestId);
    },
  };
}

/** `Allowed by you, here: npm publish` */
export function endLine(end: Ended): string {
  const what = gist(end.request.input);
  return `${endWords(end)}${what === '' ? '' : ` · ${line(what, 120)}`}`;
}
