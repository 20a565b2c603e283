// The part of the timeline that is in sight: zooming, moving, and staying with what happens now. Pure numbers.

/** The narrowest view, in milliseconds. */
const LEAST = 200;
/** All of it, with a little room, so that the newest is not at the very edge; in lengths of the story. */
const WHOLE = { to: 1.04, width: 1.05 };

export class Window {
  from = 0;
  to = 1;
  /** Whether the end of the view is the end of the story, as that moves. */
  follows = true;
  #length = 1;
  /** How much is seen while following, in milliseconds; undefined: all of it. */
  #width = undefined;

  get width() {
    return this.to - this.from;
  }

  /** The story is this long now. */
  setLength(length) {
    this.#length = Math.max(length, LEAST);
    if (this.follows) this.#stickToEnd();
    else this.#clamp();
  }

  /** All of it; it goes on following. */
  fit() {
    this.#width = undefined;
    this.follows = true;
    this.#stickToEnd();
  }

  /** The newest part of it. */
  follow(width = this.#width ?? this.width) {
    this.follows = true;
    this.#width = Math.min(width, this.#length);
    this.#stickToEnd();
  }

  /** Makes `factor` times as much seen, with the point at `part` (0 to 1) of the view staying where it is. */
  zoom(factor, part = this.follows ? 1 : 0.5) {
    const width = Math.min(Math.max(this.width * factor, LEAST), WHOLE.width * this.#length);
    const anchor = this.from + part * this.width;
    this.from = anchor - part * width;
    this.to = this.from + width;
    if (this.follows && part === 1) this.#width = width;
    else this.follows = false;
    this.#clamp();
  }

  /** Moves the view by a part of its width. */
  pan(part) {
    const by = part * this.width;
    this.follows = false;
    this.from += by;
    this.to += by;
    this.#clamp();
  }

  /** Brings a place into view, if it is not. */
  reveal(at) {
    if (at >= this.from && at <= this.to) return;
    const { width } = this;
    this.follows = false;
    this.from = at - width / 2;
    this.to = this.from + width;
    this.#clamp();
  }

  #stickToEnd() {
    this.to = WHOLE.to * this.#length;
    this.from = this.to - (this.#width ?? WHOLE.width * this.#length);
  }

  #clamp() {
    const { width } = this;
    const least = -0.05 * width;
    const most = Math.max(WHOLE.to * this.#length, least + width);
    if (this.from < least) this.from = least;
    else if (this.to > most) this.from = most - width;
    this.to = this.from + width;
  }
}
