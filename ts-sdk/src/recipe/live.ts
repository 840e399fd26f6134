/**
 * Bounds what the core keeps in its memory.
 *
 * A synchronous loop over thousands of recipes never lets the garbage collector's finalizers run, and WebAssembly memory only
 * grows. So the core keeps the most recently used objects; others are freed, and made again if they are used once more.
 */

/** An object in the core's memory. */
interface CoreObject {
  free(): void;
}

/** Maximum number of objects that the core keeps for recipes and variant configurations. */
const MAX_LIVE = 64;
/** Maximum length of the texts they were made from. What the core makes of a text can be 30 times its size. */
const MAX_LENGTH = 1_000_000;

/** What the core keeps, the least recently used first. */
const live = new Set<Live<CoreObject>>();
let liveLength = 0;

/** An object of the core that can be freed at any time, because it can be made again. */
export class Live<T extends CoreObject> {
  readonly #make: () => T;
  readonly #length: number;
  #object: T | undefined;
  /** Calls that are using it: it must not be freed under them. */
  #uses = 0;

  /**
   * Makes the object. If that fails, the error is thrown here.
   *
   * @param length Length of the text it is made from.
   */
  constructor(length: number, make: () => T) {
    this.#make = make;
    this.#length = length;
    this.use(() => undefined);
  }

  /** Length of the text it is made from. */
  get length(): number {
    return this.#length;
  }

  /** Calls a function with the object, which stays valid until the function returns. */
  use<R>(call: (object: T) => R): R {
    this.#uses += 1;
    try {
      if (this.#object === undefined) {
        this.#object = this.#make();
        liveLength += this.#length;
      }
      // A set keeps its items in the order of their insertion.
      live.delete(this);
      live.add(this);
      return call(this.#object);
    } finally {
      this.#uses -= 1;
      evict(this);
    }
  }

  /** Releases the memory; the next use makes the object again. Does nothing while a call uses it. */
  free(): void {
    if (this.#object === undefined || this.#uses > 0) return;
    live.delete(this);
    liveLength -= this.#length;
    this.#object.free();
    this.#object = undefined;
  }
}

/** Frees the least recently used objects until the rest is within the limits, except for the one that was just used. */
function evict(used: Live<CoreObject>): void {
  if (live.size <= MAX_LIVE && liveLength <= MAX_LENGTH) return;
  for (const object of live) {
    if (object !== used) object.free();
    if (live.size <= MAX_LIVE && liveLength <= MAX_LENGTH) return;
  }
}
