// What is said to an agent in answer to its hook: whoever may have something to say is asked, and the first who does is heard.
import type { Asked } from '../approvals/index.ts';
import type { EventDraft } from '../protocol/index.ts';

/** A hook that is being answered. */
export interface HookCall {
  /** What it tells, without secrets and too much, as it is going to be in the log. */
  readonly event: EventDraft;
  /** What was posted, with everything in it. MUST NOT get into the log, nor be shown to whoever may not have it. */
  readonly body: unknown;
  /** What it asks of the user, if that can be answered in its place. */
  readonly asked: Asked | undefined;
  /** Whether the hook says that it hands on what it is answered; one that does not may do so all the same. */
  readonly prints: boolean;
}

/** Somebody who has to do with a hook. */
export interface HookReply {
  /** What its event tells beside what the hook said. */
  readonly data?: Readonly<Record<string, unknown>>;
  /**
   * A hook output object, or nothing. Called once the event is in the log, and after all before it had nothing to say; it may take
   * its time. MUST end soon after `gone` is aborted, which says that nobody listens to the answer any more.
   */
  answer(gone: AbortSignal): object | undefined | Promise<object | undefined>;
}

/**
 * Asked before the event of a hook is in the log; undefined when it has nothing to do with it. MUST NOT take long: it sits in the
 * user's tool call.
 */
export type HookAnswerer = (call: HookCall) => HookReply | undefined;

/** A hook that was taken in. */
export interface TakenIn {
  /** What to answer it with, once somebody knows. MUST be called once. Absent: nobody has anything to say, as is the rule. */
  readonly answer?: (gone: AbortSignal) => Promise<object | undefined>;
}

/** Asks everybody. @returns the event with what they add to it, and their answer */
export function askAll(
  answerers: readonly HookAnswerer[],
  call: HookCall,
  failed: (error: unknown) => void,
): { event: EventDraft; taken: TakenIn } {
  const replies = answerers.flatMap(ask => {
    try {
      return ask(call) ?? [];
    } catch (error) {
      failed(error);
      return [];
    }
  });
  if (replies.length === 0) return { event: call.event, taken: SILENT };
  const more = replies.map(({ data }) => data ?? {});
  const event = { ...call.event, data: Object.assign({}, call.event.data, ...more) };
  return { event, taken: { answer: gone => firstOf(replies, gone, failed) } };
}

/** Nobody has anything to say. */
export const SILENT: TakenIn = {};

/** The event is in the log: whatever goes wrong here, its hook has done what it should. */
async function firstOf(
  replies: readonly HookReply[],
  gone: AbortSignal,
  failed: (error: unknown) => void,
): Promise<object | undefined> {
  for (const reply of replies) {
    try {
      const said = await reply.answer(gone);
      if (said !== undefined) return said;
    } catch (error) {
      failed(error);
    }
  }
  return undefined;
}
