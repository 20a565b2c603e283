// The buttons of a message: send it again, let it go, take it back. What the daemon refuses is told beside them, in its words.
import type { Message } from '../../src/protocol/index.ts';
import { el, setOptional } from '../design/dom.ts';
import { ApiError } from '../live/api.ts';
import { may } from '../live/may.ts';
import { release, retry, takeBack } from './api.ts';
import { isLoop } from './words.ts';

interface Action {
  readonly label: string;
  readonly title: string;
  readonly scope: 'send' | 'control';
  readonly fits: (message: Message) => boolean;
  readonly run: (id: string) => Promise<unknown>;
}

const isSome = (states: readonly string[]) => (message: Message) =>
  message.recipients.some(({ state }) => states.includes(state));

const ACTIONS: readonly Action[] = [
  {
    ...{ label: 'Send again', title: 'To those it did not reach', scope: 'send', run: retry },
    fits: isSome(['dead']),
  },
  {
    ...{ label: 'Release', title: 'Let it go, though nobody typed anything', scope: 'control', run: release },
    fits: ({ recipients }) => recipients.some(isLoop),
  },
  {
    ...{ label: 'Take back', title: 'Nobody has it yet', scope: 'send', run: takeBack },
    fits: isSome(['queued', 'held']),
  },
];

export interface Actions {
  readonly node: HTMLElement;
  /** Shows what can be done with a message as it stands. */
  draw(message: Message): void;
}

/** @param done called when something was done: the message is another one now */
export function makeActions(done: () => void): Actions {
  const problem = el('p.bad.small.data', { role: 'alert', hidden: true });
  const buttons = ACTIONS.filter(({ scope }) => may(scope)).map(action => ({
    action,
    button: buttonOf(action),
  }));
  const node = el(
    'div.actions',
    {},
    problem,
    buttons.map(({ button }) => button),
  );
  let now: Message | undefined;
  let busy = false;

  function buttonOf({ label, title, run }: Action): HTMLButtonElement {
    return el('button.button', { type: 'button', title, onclick: () => void act(run) }, label);
  }

  async function act(run: Action['run']): Promise<void> {
    if (now === undefined || busy) return;
    busy = true;
    node.setAttribute('aria-busy', 'true');
    setOptional(problem, '');
    try {
      await run(now.id);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setOptional(
        problem,
        `${error.message}.${error.status === 0 ? ' Press it again once it is back.' : ''}`,
      );
    } finally {
      busy = false;
      node.removeAttribute('aria-busy');
      done();
    }
  }

  function draw(message: Message): void {
    if (now?.id !== message.id || now.state !== message.state) setOptional(problem, '');
    now = message;
    for (const { action, button } of buttons) button.hidden = !action.fits(message);
    node.hidden = problem.hidden && buttons.every(({ button }) => button.hidden);
  }
  return { node, draw };
}
