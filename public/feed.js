// The events as they come, newest first: a bounded list, filtered by topic and session.
import { el } from './dom.js';
import { clock, summary, tone } from './words.js';

/** Events kept, to filter among. */
const KEPT = 2000;
/** Rows shown. */
const ROWS = 300;
/** Most characters of an event's JSON that are shown; a tool's output may be megabytes. */
const JSON_CHARACTERS = 20_000;

export class Feed {
  #list;
  #empty;
  #changed;
  #entries = [];
  #fresh = [];
  #matches = () => true;
  #session = '';
  #paused = false;
  #frame;
  #nameOf;

  /**
   * @param nameOf what to call a session.
   * @param changed called with how many entries wait while the feed is paused.
   */
  constructor(list, empty, { nameOf, changed }) {
    this.#list = list;
    this.#empty = empty;
    this.#nameOf = nameOf;
    this.#changed = changed;
  }

  add(events) {
    for (const event of events) this.#fresh.push({ event });
    this.#arrange();
  }

  /** Puts words of the page itself between the events. */
  note(text) {
    this.#fresh.push({ note: text, at: Date.now() });
    this.#arrange();
  }

  /** @param matches whether a topic is to be shown. @param session only this one's; '' for all. */
  filter(matches, session) {
    this.#matches = matches;
    this.#session = session;
    this.#redraw();
  }

  pause(paused) {
    this.#paused = paused;
    if (!paused) this.#arrange();
  }

  clear() {
    this.#entries = [];
    this.#fresh = [];
    this.#redraw();
    this.#changed(0);
  }

  // Everything that came since the last frame is drawn at once; a hidden page draws nothing, and keeps a bounded rest.
  #arrange() {
    if (this.#fresh.length > KEPT) this.#fresh = this.#fresh.slice(-KEPT);
    if (this.#paused) return this.#changed(this.#fresh.length);
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      if (!this.#paused) this.#draw();
    });
  }

  #draw() {
    const fresh = this.#fresh;
    this.#fresh = [];
    this.#entries = [...this.#entries, ...fresh].slice(-KEPT);
    const shown = fresh.filter(entry => this.#wanted(entry)).slice(-ROWS);
    this.#list.prepend(...shown.reverse().map(entry => this.#row(entry)));
    while (this.#list.children.length > ROWS) this.#list.lastElementChild.remove();
    this.#empty.hidden = this.#list.children.length > 0;
    this.#changed(0);
  }

  #redraw() {
    const shown = this.#entries.filter(entry => this.#wanted(entry)).slice(-ROWS);
    this.#list.replaceChildren(...shown.reverse().map(entry => this.#row(entry)));
    this.#empty.hidden = shown.length > 0;
  }

  #wanted({ event }) {
    if (event === undefined) return true;
    return (this.#session === '' || event.sessionId === this.#session) && this.#matches(event.type);
  }

  #row({ event, note, at }) {
    if (event === undefined)
      return el('li.note', {}, el('span.time.mono', {}, clock(at)), el('span.data', {}, note));
    const row = el(
      'summary.event',
      {},
      el('span.time.mono', {}, clock(event.timestamp)),
      typeNode(event.type),
      el('span.who.data.one-line', {}, this.#nameOf(event)),
      el('span.what.data.one-line', {}, summary(event)),
    );
    const details = el('details', { 'data-tone': tone(event) }, row);
    details.addEventListener('toggle', () => {
      if (details.open && details.children.length === 1) details.append(inFull(event));
    });
    return el('li', {}, details);
  }
}

function typeNode(type) {
  const dot = type.lastIndexOf('.') + 1;
  return el('span.type.mono.one-line', {}, el('span.family', {}, type.slice(0, dot)), type.slice(dot));
}

function inFull(event) {
  const json = JSON.stringify(event, null, 2);
  const rest = json.length - JSON_CHARACTERS;
  const shown = rest > 0 ? `${json.slice(0, JSON_CHARACTERS)}\n… ${rest} characters more` : json;
  return el('pre.full.data', { tabindex: 0 }, shown);
}
