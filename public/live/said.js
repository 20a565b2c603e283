// What was said last, by whom: a turn tells how it ended, and the transcript then tells the same words once more.

/** Speakers remembered. */
const SPEAKERS = 500;

export class Said {
  #last = new Map();

  /** Takes in an event, in the order of the log; true for a message that only says again what ended the turn. */
  repeats({ type, sessionId, agentId = '', data }) {
    const words = type === 'message.assistant' ? data.text : data.lastMessage;
    if (typeof words !== 'string' || words.trim() === '') return false;
    const speaker = `${sessionId} ${agentId}`;
    const again = type === 'message.assistant' && this.#last.get(speaker) === words.trim();
    this.#last.delete(speaker);
    if (type === 'turn.completed' || type === 'agent.stopped') this.#last.set(speaker, words.trim());
    if (this.#last.size > SPEAKERS) this.#last.delete(this.#last.keys().next().value);
    return again;
  }
}
