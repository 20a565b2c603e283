// How a command ends when it cannot do what it was asked.

/** Exit code 1: it did not work. The message tells what happened and what to do next. */
export class Failure extends Error {
  override readonly name: string = 'Failure';
  readonly exitCode: number = 1;
}

/** The daemon gave no answer, or there is none: another try may have one. */
export class NoAnswer extends Failure {
  override readonly name = 'NoAnswer';
}

/** The daemon said no, in the words of the message. */
export class Refusal extends Failure {
  override readonly name = 'Refusal';
  /** Of its answer over HTTP. */
  readonly status: number;
  /** What it said itself; undefined when its answer had another form. */
  readonly said: { readonly code: string; readonly message: string } | undefined;

  constructor(status: number, message: string, said?: Refusal['said']) {
    super(message);
    this.status = status;
    this.said = said;
  }
}

/** No answer, or one that says that the daemon cannot just now; a token that was replaced is read anew. */
export function isPassing(error: unknown): error is NoAnswer | Refusal {
  return (
    error instanceof NoAnswer || (error instanceof Refusal && (error.status >= 500 || error.status === 401))
  );
}

/** Exit code 2: it was asked in the wrong way. */
export class UsageError extends Failure {
  override readonly name = 'UsageError';
  override readonly exitCode = 2;
}
