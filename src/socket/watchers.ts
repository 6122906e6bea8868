// Several who watch one socket, as one: a socket has none or one mostly, and need not keep a list for that.

import type { Watcher } from './base.js'

export class Watchers implements Watcher {
  #all: Watcher[]

  constructor(...all: Watcher[]) {
    this.#all = all
  }

  add(watcher: Watcher): void {
    const { length } = this.#all
    // The dropped are looked for whenever there are twice as many, which keeps the cost of one constant.
    const isTime = length >= 8 && (length & (length - 1)) === 0
    if (isTime) this.#all = this.#all.filter((other) => other.lives())
    this.#all.push(watcher)
  }

  remove(watcher: Watcher): void {
    // Another list: the one that was may be gone through now.
    this.#all = this.#all.filter((other) => other !== watcher)
  }

  moved(fd: number): void {
    for (const watcher of this.#all) watcher.moved(fd)
  }

  ends(gone: boolean): void {
    for (const watcher of this.#all) watcher.ends(gone)
  }

  tried(reading: boolean, wentOn: boolean): void {
    for (const watcher of this.#all) watcher.tried(reading, wentOn)
  }

  lives(): boolean {
    return this.#all.some((watcher) => watcher.lives())
  }
}
