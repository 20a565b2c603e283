// Follows the daemon's WebSocket through restarts. Knows the protocol, and nothing of the page.

const OPEN = 1;
/** The daemon says something at least every 15 s; after this many milliseconds of silence the socket is dead. */
const SILENCE_MS = 40_000;
const FIRST_RETRY_MS = 400;
const LAST_RETRY_MS = 10_000;

/**
 * Handlers, all called with plain values:
 * - `phase({ phase, retryAt? })`: `connecting`, `live`, `waiting` or `refused` (never let in; ask why over HTTP)
 * - `snapshot(message)`: the state as of its seq; `renumbered()`: what was received before belongs to another numbering
 * - `events(list)`, in order, each once; `position({ epoch, seq })`
 * - `note(note)`: what a reader should know. By `kind`:
 *   `away {from, to, missed}` (offline for a while, nothing lost), `gap {from, to, reason}` (seqs that cannot be had),
 *   `epoch {epoch, was}` (the log was numbered anew), `broken {expected, got}` (resuming), `refused {message}`
 */
export class Stream {
  #url;
  #on;
  #WebSocket;
  #recent;
  #socket;
  /** Everything up to here was received: what a reconnect resumes from. */
  #position;
  /** The position told last on this connection, which the next batch names as its `prev`. */
  #told;
  #awaySince;
  #missed = 0;
  #failures = 0;
  #heardAt = 0;
  #retry;
  #watchdog;
  #closed = false;

  /** @param recent how many events before the first snapshot to ask for. */
  constructor(url, on, { WebSocket = globalThis.WebSocket, recent = 500 } = {}) {
    this.#url = url;
    this.#on = on;
    this.#WebSocket = WebSocket;
    this.#recent = recent;
    this.#watchdog = setInterval(() => {
      if (this.#socket && Date.now() - this.#heardAt > SILENCE_MS) this.#drop('the daemon fell silent');
    }, 5000);
    this.#connect();
  }

  /** Asks for the state as it is now; it comes to `snapshot`. False when there is no connection to ask on. */
  askSnapshot() {
    return this.#send({ type: 'get_snapshot', id: 'fresh' });
  }

  /** Does not wait any longer for the next attempt to connect. */
  hurry() {
    if (this.#retry !== undefined) this.#connect();
  }

  close() {
    this.#closed = true;
    clearInterval(this.#watchdog);
    clearTimeout(this.#retry);
    this.#socket?.close();
  }

  #connect() {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#on.phase({ phase: 'connecting' });
    const socket = new this.#WebSocket(this.#url, 'hookline.v1');
    let opened = false;
    this.#socket = socket;
    this.#heardAt = Date.now();
    socket.addEventListener('open', () => {
      opened = true;
    });
    socket.addEventListener('message', ({ data }) => {
      if (socket !== this.#socket) return;
      this.#heardAt = Date.now();
      this.#receive(JSON.parse(data));
    });
    socket.addEventListener('error', () => {}); // A close event follows and says all there is to say.
    socket.addEventListener('close', ({ code }) => {
      if (socket === this.#socket) this.#ended(opened, code);
    });
  }

  #receive(message) {
    switch (message.type) {
      case 'snapshot':
        return this.#snapshot(message);
      case 'subscribed':
        return this.#subscribed(message);
      case 'events':
        return this.#events(message);
      case 'position':
        return this.#advance(message.seq);
      case 'gap':
        return this.#gap(message);
      case 'error':
        return this.#on.note({ kind: 'refused', message: message.message });
    }
  }

  #snapshot(message) {
    if (message.id === undefined) this.#begin(message); // The others were asked for: the subscription stands.
    this.#on.snapshot(message);
  }

  #begin({ epoch, seq, oldestSeq }) {
    const before = this.#position;
    let since = before;
    if (before === undefined || before.epoch !== epoch || before.seq > seq) {
      // A little of the past is asked for, so that the page does not start empty.
      since = { epoch, seq: Math.max(oldestSeq - 1, seq - this.#recent, 0) };
      if (before !== undefined) {
        this.#on.renumbered();
        this.#on.note({ kind: 'epoch', epoch, was: before });
        this.#awaySince = undefined;
      }
    } else if (before.seq < oldestSeq - 1) {
      this.#on.note({ kind: 'gap', from: before.seq + 1, to: oldestSeq - 1, reason: 'evicted' });
      since = { epoch, seq: oldestSeq - 1 };
    }
    this.#missed = seq - since.seq;
    this.#position = since;
    this.#send({ type: 'subscribe', topics: ['**'], batch: true, since });
  }

  #subscribed({ epoch, seq, recovered, reason }) {
    // Between the snapshot and this answer, retention may have taken what was asked for.
    if (recovered === false) this.#on.note({ kind: 'gap', from: this.#position.seq + 1, to: seq, reason });
    else if (this.#awaySince !== undefined)
      this.#on.note({ kind: 'away', from: this.#awaySince, to: Date.now(), missed: this.#missed });
    this.#awaySince = undefined;
    this.#failures = 0;
    this.#position = { epoch, seq };
    this.#told = seq;
    this.#on.phase({ phase: 'live' });
    this.#on.position(this.#position);
  }

  #events({ prev, to, events }) {
    // After a gap the chain may go on from before it or from behind it.
    if (prev !== this.#told && prev !== this.#position.seq) {
      this.#on.note({ kind: 'broken', expected: this.#position.seq, got: prev });
      return this.#drop('events were lost on the way');
    }
    this.#on.events(events);
    this.#advance(to);
  }

  #gap({ from, to, reason }) {
    this.#on.note({ kind: 'gap', from, to, reason });
    if (to > this.#position.seq) this.#position = { ...this.#position, seq: to };
    this.#on.position(this.#position);
  }

  #advance(seq) {
    if (this.#told === undefined) return;
    this.#told = seq;
    this.#position = { ...this.#position, seq };
    this.#on.position(this.#position);
  }

  #send(message) {
    if (this.#socket?.readyState !== OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  #drop(reason) {
    const socket = this.#socket;
    this.#ended(true, 1006);
    socket.close(1000, reason);
  }

  #ended(opened, code) {
    this.#socket = undefined;
    if (this.#closed) return;
    if (this.#told !== undefined) this.#awaySince ??= Date.now();
    this.#told = undefined;
    if (!opened || code === 4401) this.#on.phase({ phase: 'refused' });
    const longest = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures++);
    const wait = longest * (0.5 + Math.random() / 2); // Not every page at once after a restart.
    this.#retry = setTimeout(() => this.#connect(), wait);
    this.#on.phase({ phase: 'waiting', retryAt: Date.now() + wait });
  }
}
