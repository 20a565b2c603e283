// FIFOs and Unix sockets whose lines are messages, as services: of the daemon those of its configuration.
import type { LineInput } from '../config/index.ts';
import type { Service } from '../service.ts';
import { Fifo, type FifoOptions } from './fifo.ts';
import { LineIntake, type LineIntakeOptions } from './line-intake.ts';
import { UnixSocket } from './unix-socket.ts';

export type LineInputOptions = LineIntakeOptions & Pick<FifoOptions, 'removeMade'>;

/** One service each. One that cannot be opened keeps nobody from anything else: it says so, and tries again. */
export function openLineInputs(inputs: readonly LineInput[], options: LineInputOptions): Service[] {
  return inputs.map(input => {
    const intake = new LineIntake(input, options);
    return 'fifo' in input
      ? new Fifo(input.fifo, intake, options)
      : new UnixSocket(input.unix, intake, options);
  });
}
