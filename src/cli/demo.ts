// `hookline demo`: a hookline of its own with recorded sessions in it, to look at without having one's own.
import type { Command } from 'commander';
import { z } from 'zod';
import { examples } from './command.ts';
import { demoConfig, makeHome } from './demo/place.ts';
import { Show } from './demo/show.ts';
import { welcome } from './demo/welcome.ts';
import { UsageError } from './failure.ts';
import { launch, stopSignal, untilStopped } from './run-daemon.ts';
import type { Terminal } from './terminal.ts';

interface DemoOptions {
  readonly speed?: string;
  readonly port?: string;
  readonly once?: true;
  readonly open?: true;
  readonly json?: true;
}

/** What a story can still be followed at, and what timers can do. */
const Speed = z.coerce.number().min(0.1).max(1000);

export function addDemo(program: Command, terminal: Terminal): void {
  const command = program
    .command('demo')
    .summary('See it alive, with recorded sessions.')
    .description(
      'Play recorded sessions into a hookline of their own, over and over, until Ctrl-C. It lives in a throw-away folder on a free port: your settings, your sessions and your own hookline are left alone, and Claude Code need not be installed.',
    )
    .option('--speed <factor>', 'How many times faster than life, from 0.1 to 1000. (default: 1)')
    .option('--port <number>', 'TCP port to listen on. (default: a free one)')
    .option('--once', 'Play the story once (two and a half minutes); the sessions stay as they are then.')
    .option('--open', 'Open the dashboard in the browser.')
    .option('--json', 'Print {"url", "home", "login"} on stdout; login is a link that works once.')
    .action((options: DemoOptions) => demo(options, terminal));
  examples(command, [
    ['hookline demo --open', 'watch it in the browser'],
    ['hookline demo --speed 10 --once', 'the whole story in half a minute'],
  ]);
}

async function demo(options: DemoOptions, terminal: Terminal): Promise<void> {
  const { speed: factor = '1', once = false, open = false, json = false } = options;
  const speed = speedOf(factor);
  const signal = stopSignal(terminal);
  const config = demoConfig(makeHome(), options.port);
  const show = new Show(config, { speed, once });
  await show.prepare();
  const daemon = await launch(config);
  try {
    await welcome(config.home, { open, json, signal }, terminal);
    await show.play(daemon.url, signal);
    terminal.say('The story is over; the sessions stay as they are until Ctrl-C.');
    await untilStopped(daemon, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await daemon.stop();
  }
}

function speedOf(text: string): number {
  const speed = Speed.safeParse(text);
  if (speed.success) return speed.data;
  throw new UsageError(`--speed is ${JSON.stringify(text)}, but it must be a number from 0.1 to 1000`);
}
