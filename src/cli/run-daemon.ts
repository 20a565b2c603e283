// Runs a daemon inside a command: started with words for what may stand in its way, ended by the first signal.
import type { Config } from '../config/index.ts';
import { urlOf } from '../config/index.ts';
import type { Logger } from '../logger.ts';
import type { Daemon } from '../server/index.ts';
import { inDoubt, outOfDoubt } from './doubt.ts';
import { Failure, UsageError } from './failure.ts';
import { askHealth, findDaemon } from './find-daemon.ts';
import { HeapKeeper } from './heap-keeper.ts';
import { selfCommand } from './invocation.ts';

/**
 * Starts a daemon in this process.
 *
 * @throws Failure when one runs already, or the address or the log cannot be had.
 */
export async function launch(
  config: Config,
  options: { readonly isHub?: true; readonly logger?: Logger } = {},
): Promise<Daemon> {
  const found = await findDaemon(config.home);
  if (found.state === 'running' || found.state === 'silent') {
    const { url, pid } = found.info;
    throw new Failure(
      `hookline runs already at ${url} (process ${pid}); stop it with: ${selfCommand()} stop`,
    );
  }
  if (found.state === 'unproven') throw new Failure(`${inDoubt(found)}; ${outOfDoubt(found)}`);
  new HeapKeeper().start();
  // Only commands that run one need the daemon's code, and the others start faster without it.
  const { PortInUseError, startDaemon } = await import('../server/index.ts');
  try {
    return await startDaemon(config, { self: selfCommand(config.home), ...options });
  } catch (error) {
    if (error instanceof PortInUseError) throw await portInUse(error.host, error.port, error);
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    if (code === 'missing_library') throw new UsageError(message, { cause: error });
    if (['newer_schema', 'store_busy', 'name_file'].includes(code ?? ''))
      throw new Failure(message, { cause: error });
    if (code !== undefined && (syscall === 'listen' || syscall === 'getaddrinfo')) {
      throw new Failure(`cannot listen on ${config.host}, port ${config.port}: ${message}`, { cause: error });
    }
    throw error;
  }
}

async function portInUse(host: string, port: number, cause: unknown): Promise<Failure> {
  const url = urlOf(host, port);
  const health = await askHealth(url);
  return typeof health === 'object'
    ? new Failure(
        `another hookline (version ${health.version}) runs at ${url}; use that one, or start this one with another --port`,
        { cause },
      )
    : new Failure(
        `port ${port} on ${host} is in use by something that is not hookline; choose another one with --port`,
        { cause },
      );
}

/** Aborts at the first signal that asks the process to end; the second one ends it at once. */
export function stopSignal({ say }: { readonly say: (words: string) => void }): AbortSignal {
  const stop = new AbortController();
  const onSignal = (): void => {
    if (stop.signal.aborted) process.exit(1);
    say('hookline: stopping… (once more ends it at once)');
    stop.abort();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);
  return stop.signal;
}

/** Resolves once the signal has come and the daemon has stopped in good order. */
export async function untilStopped(daemon: Daemon, signal: AbortSignal): Promise<void> {
  if (!signal.aborted) {
    await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }));
  }
  await daemon.stop();
}
