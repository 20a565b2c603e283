// How a command ends when it cannot do what it was asked.

/** Exit code 1: it did not work. The message tells what happened and what to do next. */
export class Failure extends Error {
  override readonly name: string = 'Failure';
  readonly exitCode: number = 1;
}

/** Exit code 2: it was asked in the wrong way. */
export class UsageError extends Failure {
  override readonly name = 'UsageError';
  override readonly exitCode = 2;
}
