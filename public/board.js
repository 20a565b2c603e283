// The sessions, one card each, changed in place so that focus and selection survive.
import { el, setText } from './dom.js';
import { ago, baseName, count, line, plural, stateWords } from './words.js';

const WAITING = ['waiting_permission', 'waiting_input'];

/** Who waits for the user comes first; beyond that the newest, so that cards keep their places. */
function byUrgency(left, right) {
  const waits = session => (WAITING.includes(session.state) ? 0 : 1);
  return waits(left) - waits(right) || right.startedAt - left.startedAt;
}

export class Board {
  #list;
  #empty;
  #choose;
  #cards = new Map();
  #agents = new Map();
  #chosen = '';

  /** @param choose called with the id of a session whose card was pressed, or '' when it was let go. */
  constructor(list, empty, choose) {
    this.#list = list;
    this.#empty = empty;
    this.#choose = choose;
  }

  /** How many subagents run in a session. */
  setAgents(agents) {
    this.#agents.clear();
    for (const { sessionId, agentId } of agents) this.#agentsOf(sessionId).add(agentId);
  }

  agentStarted(sessionId, agentId) {
    this.#agentsOf(sessionId).add(agentId);
  }

  agentStopped(sessionId, agentId) {
    this.#agents.get(sessionId)?.delete(agentId);
  }

  show(sessions) {
    const ids = new Set(sessions.map(session => session.sessionId));
    for (const [id, card] of this.#cards) {
      if (ids.has(id)) continue;
      card.item.remove();
      this.#cards.delete(id);
      this.#agents.delete(id);
    }
    [...sessions].sort(byUrgency).forEach((session, index) => {
      const card = this.#cards.get(session.sessionId) ?? this.#add(session.sessionId);
      card.session = session;
      if (this.#list.children[index] !== card.item)
        this.#list.insertBefore(card.item, this.#list.children[index] ?? null);
    });
    this.#empty.hidden = sessions.length > 0;
    this.refresh();
  }

  choose(sessionId) {
    this.#chosen = sessionId;
    this.refresh();
  }

  /** Draws what the cards say, and how long ago. */
  refresh(now = Date.now()) {
    for (const card of this.#cards.values()) this.#draw(card, now);
  }

  #agentsOf(sessionId) {
    const agents = this.#agents.get(sessionId) ?? new Set();
    this.#agents.set(sessionId, agents);
    return agents;
  }

  #add(sessionId) {
    const parts = {
      name: el('span.name.data.one-line'),
      cwd: el('span.cwd.mono.data.one-line'),
      state: el('span.state'),
      tool: el('span.tool.mono.data.one-line'),
      counts: el('span.counts'),
      since: el('span.since'),
    };
    const button = el(
      'button.session',
      { type: 'button', 'aria-pressed': 'false' },
      el('span.head', {}, parts.name, parts.since),
      parts.cwd,
      el('span.doing', {}, parts.state, parts.tool),
      parts.counts,
    );
    button.addEventListener('click', () => this.#choose(this.#chosen === sessionId ? '' : sessionId));
    const card = { item: el('li', {}, button), button, ...parts };
    this.#cards.set(sessionId, card);
    return card;
  }

  #draw(card, now) {
    const { session } = card;
    const { prompts, turns, tools, failures } = session.counts;
    const agents = this.#agents.get(session.sessionId)?.size ?? 0;
    setText(card.name, line(session.name ?? baseName(session.cwd)) || session.sessionId);
    setText(card.cwd, line(session.cwd));
    card.cwd.title = line(session.cwd);
    setText(card.state, stateWords(session.state));
    setText(card.tool, line(session.currentTool));
    setText(card.since, ago(now - session.lastActivityAt));
    const words = [plural(prompts, 'prompt'), plural(turns, 'turn'), plural(tools, 'tool')];
    if (failures > 0) words.push(`${count(failures)} failed`);
    if (agents > 0) words.push(plural(agents, 'subagent'));
    setText(card.counts, words.join('  ·  '));
    card.button.dataset.state = session.state;
    card.button.setAttribute('aria-pressed', String(this.#chosen === session.sessionId));
  }
}
