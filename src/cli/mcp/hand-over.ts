// Stdin and stdout as MCP uses them, which can tell when an answer has gone out.
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';

type Message = Parameters<StdioServerTransport['send']>[0];

/** A request that is being answered. */
interface Asked {
  readonly id: string | number;
  /** Fires when nobody waits for the answer any more; then none goes out. */
  readonly signal: AbortSignal;
}

export class HandOver extends StdioServerTransport {
  readonly #waiting = new Map<unknown, () => void>();

  /** Has something done once the answer to a request is written; never, when it is not. */
  afterAnswer({ id, signal }: Asked, then: () => void): void {
    this.#waiting.set(id, then);
    signal.addEventListener('abort', () => this.#waiting.delete(id), { once: true });
  }

  override async send(message: Message): Promise<void> {
    const then = 'id' in message && !('method' in message) ? this.#waiting.get(message.id) : undefined;
    await super.send(message);
    if (then === undefined) return;
    this.#waiting.delete((message as { id: unknown }).id);
    then();
  }
}
