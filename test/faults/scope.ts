// What one trial opens and reports: everything that it opens is closed when it is over, also after a failure.
import { closeSync } from 'node:fs'

type Closeable = { close(): unknown } | { destroy(): unknown } | { terminate(): unknown }

function end(thing: Closeable): unknown {
  if ('close' in thing) return thing.close()
  return 'destroy' in thing ? thing.destroy() : thing.terminate()
}

/** Longer than any closing takes. */
const MAX_CLOSE_MS = 5000

/** Resolves with `late` where the promise takes too long. */
export async function within<Value, Late>(promise: Promise<Value>, ms: number, late: Late): Promise<Value | Late> {
  let timer: NodeJS.Timeout | undefined
  const expired = new Promise<Late>((resolve) => {
    timer = setTimeout(() => resolve(late), ms)
  })
  try {
    return await Promise.race([promise, expired])
  } finally {
    clearTimeout(timer)
  }
}

export class Scope {
  readonly #closers: (() => unknown)[] = []
  readonly errors: unknown[] = []

  /** Has a thing closed when the trial is over. */
  use<Thing extends Closeable>(thing: Thing): Thing {
    this.#closers.push(() => end(thing))
    return thing
  }

  /** The same for each of a pair. */
  useAll<Things extends readonly Closeable[]>(things: Things): Things {
    for (const thing of things) this.use(thing)
    return things
  }

  /** The same for a bare descriptor. */
  useFd(fd: number): number {
    this.#closers.push(() => closeSync(fd))
    return fd
  }

  /** Runs a function when the trial is over. */
  defer(action: () => unknown): void {
    this.#closers.push(action)
  }

  /** An error that a handler received, to be judged as one that is thrown. */
  report(error: unknown): void {
    this.errors.push(error)
  }

  /** Closes everything. Returns whether that ended in time. An error does not matter: a trial may have closed its things. */
  async close(): Promise<boolean> {
    let inTime = true
    for (const close of this.#closers.reverse()) {
      const closing = (async () => close())().then(
        () => true,
        () => true,
      )
      inTime = (await within(closing, MAX_CLOSE_MS, false)) && inTime
    }
    return inTime
  }
}

/** What a trial does: prepares without a fault, and returns what it does under one. */
export type Subject = (scope: Scope) => (() => unknown) | Promise<() => unknown>

/** Subjects by their names. */
export type Subjects = Readonly<Record<string, Subject>>
