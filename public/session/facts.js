// What is known about a session itself: the newest word on each thing, in whichever order the words come.
import { line } from '../design/text.ts';

/** What the client names a message that no model wrote (Claude Code 2.1.329). */
const NO_MODEL = '<synthetic>';
const FIELDS = ['cwd', 'model', 'name', 'gitBranch', 'version', 'transcriptPath', 'pid', 'permissionMode'];

export class Facts {
  startedAt = undefined;
  #values = {};
  /** Field → when it was said. */
  #said = {};
  #began = 0;
  #ended = undefined;

  /** Everything as plain fields, `endedAt` and `reason` among them when it has ended. */
  get all() {
    const { startedAt } = this;
    const ended = this.endedAt === undefined ? {} : { endedAt: this.endedAt, reason: this.#ended.reason };
    return { ...this.#values, ...(startedAt === undefined ? {} : { startedAt }), ...ended };
  }

  /** When it ended; undefined while it runs, also when it was taken up again. */
  get endedAt() {
    return this.#ended !== undefined && this.#ended.at >= this.#began ? this.#ended.at : undefined;
  }

  learn({ type, timestamp: at, agentId, data }) {
    // A mode rides on every event; the rest is told by what is about the session.
    this.#take('permissionMode', data.permissionMode, at);
    if (agentId !== undefined) return;
    if (type === 'model.switched') this.#take('model', data.to, at);
    // Without a terminal a session does not say at its start what it runs with.
    if (type === 'message.assistant' && data.model !== NO_MODEL) this.#take('model', data.model, at);
    if (type === 'cwd.changed') this.#take('cwd', data.newCwd, at);
    if (!type.startsWith('session.') || type === 'session.notification') return;
    for (const field of FIELDS) this.#take(field, data[field], at);
    if (type === 'session.discovered') {
      this.startedAt = Math.min(at, this.startedAt ?? at);
      this.#began = Math.max(at, this.#began);
    }
    if (type === 'session.removed' && at >= (this.#ended?.at ?? 0))
      this.#ended = { at, reason: line(data.reason, 80) };
  }

  #take(field, value, at) {
    if (value === undefined || at < (this.#said[field] ?? 0)) return;
    this.#said[field] = at;
    this.#values[field] = value;
  }
}
