// What brings alerts to one target.

import type { Posted } from '../../post.ts';
import type { OpenAlert } from '../../protocol/index.ts';

/** An alert, and where it is to be seen. */
export interface Bulletin extends OpenAlert {
  /** The page of its session. */
  readonly link: string;
}

export interface Courier {
  /** What the target is called. */
  readonly label: string;
  /** One try. It MUST NOT throw, and what it says why not MUST NOT hold a secret. */
  send(bulletin: Bulletin, kill: AbortSignal): Promise<Posted>;
  /** What is wrong with it before anything is sent, such as a file that is not there; undefined for nothing. */
  problem?(): string | undefined;
}
