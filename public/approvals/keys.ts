// Answering with a key: what is shown when the key goes down is what is answered, or nothing is.
import { isWithin } from '../design/dom.ts';
import { onceAFrame } from '../design/frame.ts';
import { FIELDS, hasSingleKeys, isCovered } from '../design/single-keys.ts';
import { type RequestView, SEEN_MS } from './request.ts';

/** Where keys are for something else. */
const ELSEWHERE = `${FIELDS}, #inspector`;

export class AnswerKeys {
  readonly #views = new WeakMap<Element, RequestView>();
  /** The one that a key answers; it shows its keys as soon as they count. */
  #current: RequestView | undefined;
  /** What was shown last, and since when, by a clock that never jumps. */
  #shown = '';
  #since = 0;
  #arming: ReturnType<typeof setTimeout> | undefined;
  readonly look = onceAFrame(() => this.#arm());

  /** Listens to the page's keys. */
  listen(): void {
    document.addEventListener('keydown', event => this.#press(event));
    for (const moved of ['focusin', 'focusout', 'scroll']) document.addEventListener(moved, this.look, true);
    addEventListener('resize', this.look);
    // A key that was meant for another window.
    addEventListener('focus', () => this.#rest());
    document.addEventListener('visibilitychange', () => this.#rest());
  }

  add(view: RequestView): RequestView {
    this.#views.set(view.node, view);
    return view;
  }

  /** From now on it has to be seen for a while before a key counts. */
  #rest(): void {
    this.#since = performance.now();
    this.#current?.node.classList.remove('armed');
    clearTimeout(this.#arming);
    this.#arming = setTimeout(this.look, SEEN_MS + 20);
  }

  #arm(): void {
    const current = this.#find();
    if (this.#isSeen() && hasSingleKeys()) current?.node.classList.add('armed');
  }

  #isSeen(): boolean {
    return performance.now() - this.#since >= SEEN_MS;
  }

  /** Which one a key answers as things stand: the one with the focus in it, else the first that is in sight. */
  #find(): RequestView | undefined {
    const all = [...document.querySelectorAll('.request')];
    const inSight = all.filter(isInSight);
    const focused = inSight.find(node => node.contains(document.activeElement));
    const node = focused ?? inSight[0];
    const current = node && this.#views.get(node);
    const ids = all.map(one => this.#views.get(one)?.requestId);
    const shown = ids.join(' ');
    if (current !== this.#current || shown !== this.#shown) {
      this.#rest();
      this.#shown = shown;
      this.#current = current;
    }
    return current;
  }

  #press(event: KeyboardEvent): void {
    const { key } = event;
    if (key !== 'a' && key !== 'd') return;
    if (event.repeat || event.isComposing || event.defaultPrevented) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || isWithin(event, ELSEWHERE))
      return;
    if (!hasSingleKeys() || isCovered()) return;
    const current = this.#find();
    if (this.#isSeen() && current?.press(key)) event.preventDefault();
  }
}

/** All of its buttons, and of what it asks as much as has room. */
function isInSight(node: Element): boolean {
  const buttons = node.querySelector('.request-buttons')?.getBoundingClientRect();
  if (buttons === undefined || buttons.height === 0) return false;
  const { top, height } = node.getBoundingClientRect();
  return buttons.top >= 0 && buttons.bottom <= innerHeight && (top >= 0 || height > innerHeight);
}

/** Those of this page. */
export const answerKeys = new AnswerKeys();
