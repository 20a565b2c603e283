// Answers of any length: put together as fast as they are taken, and ended with the token that they were asked for with.
import type { Context } from 'hono';
import type { AppEnv } from '../app-env.ts';

/** An answer that takes long ends with its token. */
export function onlyWhileValid({ env: { outgoing }, var: { access } }: Context<AppEnv>): void {
  outgoing.on(
    'close',
    access.onEnd(() => outgoing.destroy()),
  );
}

/** A body that is put together as fast as it is taken. What fails on the way ends the connection. */
export function asBytes(
  text: AsyncGenerator<string>,
  failed: (error: unknown) => void,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  let cancelled = false;
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await text.next();
        if (cancelled) return;
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      } catch (error) {
        if (cancelled) return;
        failed(error);
        controller.error(error);
      }
    },
    async cancel() {
      cancelled = true;
      await text.return(undefined);
    },
  });
}
