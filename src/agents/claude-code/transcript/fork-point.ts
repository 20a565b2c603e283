// Finds where a fork's own history begins: `claude --fork-session` copies that of another session in front of it.
import type { Line } from './line-cursor.ts';

const PROMPT = Buffer.from('"promptSource":"');
const ANSWER = Buffer.from('"type":"assistant"');
const PROMPT_ID = /"promptId":"([^"\\]+)"/;

/**
 * Reads a transcript from its start. A copied line carries the id of the fork's own first prompt (observed with Claude
 * Code 2.1.329), so the last of several prompts that share the first one's id is the first that is its own. Prompts
 * that went out together share one too, but nothing answers between them.
 */
export class ForkPoint {
  #first: string | undefined;
  #answered = false;
  #offset = 0;

  /** The byte offset of the first line that was not copied; 0 when this is no fork. */
  get offset(): number {
    return this.#offset;
  }

  /** Whether a line matters here, judged by its bytes. */
  wants(line: Buffer): boolean {
    return line.includes(PROMPT) || line.includes(ANSWER);
  }

  /** True when the lines still to come cannot change anything. */
  read({ text, end }: Line): boolean {
    const promptId = text.includes(PROMPT.toString()) ? PROMPT_ID.exec(text)?.[1] : undefined;
    if (promptId === undefined) {
      this.#answered ||= this.#first !== undefined;
      return false;
    }
    if (this.#first !== undefined && this.#first !== promptId) return true;
    if (this.#answered) this.#offset = end - Buffer.byteLength(text) - 1;
    this.#first = promptId;
    this.#answered = false;
    return false;
  }
}
