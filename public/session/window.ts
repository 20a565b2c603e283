// The part of the timeline that is in sight: zooming, moving, and staying with what happens now. Pure numbers.

/** The narrowest view, in milliseconds. */
const LEAST = 200;
/** A little room at either end, so that the newest is not at the very edge; in parts of what is in sight. */
const ROOM = { before: 0.01, after: 0.04 };

export class Window {
  from = 0;
  to = 1;
  /** Whether the end of the view is the end of the story, as that moves. */
  follows = true;
  #length = 1;
  /** How much is to be seen while following, in milliseconds, as soon as there is so much. */
  #wanted = Number.POSITIVE_INFINITY;

  get width(): number {
    return this.to - this.from;
  }

  /** How wide a view is that has all of it. */
  get #whole(): number {
    return this.#length / (1 - ROOM.before - ROOM.after);
  }

  /** The story is this long now. */
  setLength(length: number): void {
    this.#length = Math.max(length, LEAST);
    if (this.follows) this.#stickToEnd();
    else this.#clamp();
  }

  /** All of it; it goes on following. */
  fit(): void {
    this.#wanted = Number.POSITIVE_INFINITY;
    this.follows = true;
    this.#stickToEnd();
  }

  /** The newest part of it; all of it while that is less. */
  follow(width = this.#wanted): void {
    this.follows = true;
    this.#wanted = width;
    this.#stickToEnd();
  }

  /** Makes `factor` times as much seen, with the point at `part` (0 to 1) of the view staying where it is. */
  zoom(factor: number, part = this.follows ? 1 : 0.5): void {
    const width = Math.min(Math.max(this.width * factor, LEAST), this.#whole);
    if (this.follows && part === 1) return this.follow(width);
    this.follows = false;
    this.from += part * (this.width - width);
    this.to = this.from + width;
    this.#clamp();
  }

  /** Moves the view by a part of its width. */
  pan(part: number): void {
    const by = part * this.width;
    this.follows = false;
    this.from += by;
    this.to += by;
    this.#clamp();
  }

  /** Brings a place into view, if it is not. */
  reveal(at: number): void {
    if (at >= this.from && at <= this.to) return;
    const { width } = this;
    this.follows = false;
    this.from = at - width / 2;
    this.to = this.from + width;
    this.#clamp();
  }

  #stickToEnd(): void {
    const width = Math.min(this.#wanted, this.#whole);
    this.to = this.#length + ROOM.after * width;
    this.from = this.to - width;
  }

  #clamp(): void {
    const { width } = this;
    const least = -0.05 * width;
    const most = Math.max(this.#length + ROOM.after * width, least + width);
    if (this.from < least) this.from = least;
    else if (this.to > most) this.from = most - width;
    this.to = this.from + width;
  }
}
