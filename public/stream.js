// Follows the daemon's WebSocket through restarts. Knows the protocol, and nothing of the page.

const OPEN = 1;
/** The daemon says something at least every 15 s; after this many milliseconds of silence the socket is dead. */
const SILENCE_MS = 40_000;
const FIRST_RETRY_MS = 400;
const LAST_RETRY_MS = 10_000;

/**
 * Handlers, all called with plain values:
 * - `state({ phase, retryAt? })`: phase is `connecting`, `live`, `waiting` or `refused` (never let in; ask why over HTTP)
 * - `snapshot(message)`, `sessions(list)`, `events(list)`, `position(seq)`
 * - `note(text)`: something a reader should know, such as a gap
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
  #resuming = false;
  #failures = 0;
  #heardAt = 0;
  #retry;
  #watchdog;
  #closed = false;

  /** @param recent how many events before the first snapshot to ask for. */
  constructor(url, on, { WebSocket = globalThis.WebSocket, recent = 300 } = {}) {
    this.#url = url;
    this.#on = on;
    this.#WebSocket = WebSocket;
    this.#recent = recent;
    this.#watchdog = setInterval(() => {
      if (this.#socket && Date.now() - this.#heardAt > SILENCE_MS) this.#drop('the daemon fell silent');
    }, 5000);
    this.#connect();
  }

  /** Asks for the sessions as they are now; the answer comes to `sessions`. */
  askSessions() {
    this.#send({ type: 'get_session_list' });
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
    this.#on.state({ phase: 'connecting' });
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
      case 'session_list':
        return this.#on.sessions(message.sessions);
      case 'error':
        return this.#on.note(`the daemon refused a request: ${message.message}`);
    }
  }

  #snapshot(message) {
    this.#on.snapshot(message);
    if (message.id !== undefined) return; // One we asked for: the subscription stands already.
    const { epoch, seq, oldestSeq } = message;
    this.#resuming = this.#position !== undefined;
    // The first time a little of the past is asked for, so that the page does not start empty.
    const recent = { epoch, seq: Math.max(oldestSeq - 1, seq - this.#recent, 0) };
    this.#send({ type: 'subscribe', topics: ['**'], batch: true, since: this.#position ?? recent });
  }

  #subscribed({ epoch, seq, recovered, reason }) {
    if (recovered === false && this.#resuming) {
      this.#on.note(`events were missed while away (${reason}); the sessions above are current again`);
      this.#send({ type: 'get_snapshot', id: 'fresh' });
    }
    this.#failures = 0;
    this.#position = { epoch, seq };
    this.#told = seq;
    this.#on.state({ phase: 'live' });
    this.#on.position(seq);
  }

  #events({ prev, to, events }) {
    // After a gap the chain may go on from before it or from behind it.
    if (prev !== this.#told && prev !== this.#position.seq) {
      this.#on.note(`a batch goes on from seq ${prev}, not from ${this.#position.seq}; resuming`);
      return this.#drop('events were lost on the way');
    }
    this.#on.events(events);
    this.#advance(to);
  }

  #gap({ from, to, reason }) {
    this.#on.note(`events ${from} to ${to} can no longer be had (${reason})`);
    if (to > this.#position.seq) this.#position = { ...this.#position, seq: to };
    this.#on.position(this.#position.seq);
  }

  #advance(seq) {
    if (this.#position === undefined) return;
    this.#told = seq;
    this.#position = { ...this.#position, seq };
    this.#on.position(seq);
  }

  #send(message) {
    if (this.#socket?.readyState === OPEN) this.#socket.send(JSON.stringify(message));
  }

  #drop(reason) {
    const socket = this.#socket;
    this.#ended(true, 1006);
    socket.close(1000, reason);
  }

  #ended(opened, code) {
    this.#socket = undefined;
    if (this.#closed) return;
    if (!opened || code === 4401) this.#on.state({ phase: 'refused' });
    const longest = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures++);
    const wait = longest * (0.5 + Math.random() / 2); // Not every page at once after a restart.
    this.#retry = setTimeout(() => this.#connect(), wait);
    this.#on.state({ phase: 'waiting', retryAt: Date.now() + wait });
  }
}
