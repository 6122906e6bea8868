// Observers of a socket's readiness: a Selector's registration, or the event loop's. Most sockets have none or one, so
// several are combined into one object only when they are there.

export interface Watcher {
  /** Whether `tried` is called for every verb. */
  readonly observesVerbs: boolean
  /** Another descriptor now reports the socket's readiness, because a lookup began or ended. */
  moved(fd: number, isLookup: boolean): void
  /**
   * The descriptor is about to be closed or given away.
   * @param gone whether its open file description goes with it, and so leaves every epoll set by itself
   */
  ends(gone: boolean): void
  /** A verb made progress, or would have blocked: evidence of what reported readiness was worth. */
  tried(reading: boolean, madeProgress: boolean): void
  /** The socket's reader holds bytes that a call may return, and of which poll(2) knows nothing. */
  readerHolds?(): void
  /** Whether it still observes: false once the program has dropped it. */
  lives(): boolean
}

/** Several watchers of one socket. */
export class Watchers implements Watcher {
  #all: Watcher[]

  constructor(...all: Watcher[]) {
    this.#all = all
  }

  get observesVerbs(): boolean {
    return this.#all.some(({ observesVerbs }) => observesVerbs)
  }

  add(watcher: Watcher): void {
    const { length } = this.#all
    // Dropped watchers are searched for whenever the list has doubled, so that adding costs constant time.
    const hasDoubled = length >= 8 && (length & (length - 1)) === 0
    if (hasDoubled) this.#all = this.#all.filter((other) => other.lives())
    this.#all.push(watcher)
  }

  remove(watcher: Watcher): void {
    // A new list, because the current one may be being iterated.
    this.#all = this.#all.filter((other) => other !== watcher)
  }

  moved(fd: number, isLookup: boolean): void {
    for (const watcher of this.#all) watcher.moved(fd, isLookup)
  }

  ends(gone: boolean): void {
    for (const watcher of this.#all) watcher.ends(gone)
  }

  tried(reading: boolean, madeProgress: boolean): void {
    for (const watcher of this.#all) watcher.tried(reading, madeProgress)
  }

  readerHolds(): void {
    for (const watcher of this.#all) watcher.readerHolds?.()
  }

  lives(): boolean {
    return this.#all.some((watcher) => watcher.lives())
  }
}
