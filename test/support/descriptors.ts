// Descriptors of this process: how many are open, which a leak would change, and running out of them.

import assert from 'node:assert/strict'
import { closeSync, openSync, readdirSync } from 'node:fs'

/** Why descriptors cannot be counted here, as `skip` takes it; false where they can. */
export const uncountable = process.platform === 'linux' ? false : 'descriptors are counted in /proc/self/fd'

/** The number of open descriptors; the one that the counting itself takes is always among them. */
export function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length
}

/**
 * Runs `act`, after which no more descriptors may be open than before it. There may be fewer: a collection meanwhile closes
 * sockets that were dropped earlier.
 */
export function leakingNothing<Result>(act: () => Result): Result {
  const before = openDescriptors()
  const result = act()
  const after = openDescriptors()
  assert.ok(after <= before, `${after - before} descriptors were left open`)
  return result
}

/** Expects so many descriptors to be open, as soon as other threads have closed theirs: a lookup, a server in a worker. */
export async function descriptorsAre(count: number): Promise<void> {
  const deadline = performance.now() + 5000
  while (openDescriptors() !== count && performance.now() < deadline) await new Promise((next) => setTimeout(next, 5))
  assert.equal(openDescriptors(), count, 'descriptors were left open')
}

/** The command line in front of a program that may have at most so many descriptors open. */
export function limitedTo(descriptors: number): readonly string[] {
  return ['sh', '-c', `ulimit -n ${descriptors} && exec "$0" "$@"`]
}

/** All descriptors that this process could still open; disposing of it makes them free again. */
export interface TakenDescriptors extends Disposable {
  /** Makes one of them free. */
  releaseOne(): void
}

/** Opens descriptors until there are none left. */
export function takeAllDescriptors(): TakenDescriptors {
  const taken: number[] = []
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'))
  } catch {
    // EMFILE: all are taken.
  }
  return {
    releaseOne: () => closeSync(taken.pop()!),
    [Symbol.dispose]() {
      for (const fd of taken.splice(0)) closeSync(fd)
    },
  }
}
