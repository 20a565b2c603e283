// What a token lets whoever has it do: its scopes, and with one that was made for somebody, to whom it writes and as whom.
import { compileAddress } from '../protocol/index.ts';

export type Scope = 'read' | 'control' | 'ingest' | 'send' | 'approve';

/** How far the token reaches that somebody was given. */
export interface Reach {
  /** What the token is called. */
  readonly name: string;
  /** Patterns of addresses. Default: everybody. */
  readonly to?: readonly string[] | undefined;
  /** The only name it writes as. */
  readonly from?: string | undefined;
}

/** Who has an access, and how far it reaches. */
export interface Holder {
  readonly reach?: Reach | undefined;
  /** For the record. Default: the name of the token. */
  readonly holder?: string;
  /** The sender that it proves, besides the way in. Default: none. */
  readonly speaksAs?: string;
}

/** Lasts as long as its token is valid; those who hold on to something for its sake hear when it is not any more. */
export class Access {
  readonly scopes: ReadonlySet<Scope>;
  /** Undefined for the user's own tokens, which are not narrowed. */
  readonly reach: Reach | undefined;
  /** Who has it, for the record: the name of a token, or what of the user's own it is. */
  readonly holder: string;
  /** The sender that it proves, besides the way in; undefined for none. */
  readonly speaksAs: string | undefined;
  readonly #fits: readonly ((address: string) => boolean)[] | undefined;
  readonly #told = new Set<() => void>();
  #hasEnded = false;

  constructor(
    scopes: Iterable<Scope>,
    { reach, holder = reach?.name ?? 'main token', speaksAs }: Holder = {},
  ) {
    this.scopes = new Set(scopes);
    this.reach = reach;
    this.holder = holder;
    this.speaksAs = speaksAs;
    this.#fits = reach?.to?.map(compileAddress);
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /**
   * Whether it writes to an address, and takes what waits there.
   *
   * @param called what the session is called, where the address is the id of one: a pattern is about names, and matches an id only
   * where there is none
   */
  reaches(address: string, called?: string): boolean {
    if (this.#fits === undefined || this.reach?.to?.includes(address)) return true;
    return this.#fits.some(fits => fits(called ?? address));
  }

  /** Its token is not valid any more. */
  end(): void {
    this.#hasEnded = true;
    for (const tell of [...this.#told]) tell();
    this.#told.clear();
  }

  /** Calls back once it has ended, at once when it has; returns what to call when nobody wants to know any more. */
  onEnd(tell: () => void): () => void {
    if (this.#hasEnded) tell();
    else this.#told.add(tell);
    return () => this.#told.delete(tell);
  }
}
