// Descriptors of this process: how many are open, which a leak would change, and running out of them.

import assert from 'node:assert/strict'
import { closeSync, openSync, readdirSync, readlinkSync } from 'node:fs'

/** Why descriptors cannot be counted here, as `skip` takes it; false where they can. */
export const uncountable = process.platform === 'linux' ? false : 'descriptors are counted in /proc/self/fd'

/** The number of open descriptors; the one that the counting itself takes is always among them. */
export function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length
}

/** The open descriptors, each with the name of its file, which for a socket has a number of its own: `7 socket:[4711]`. */
function descriptorNames(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return `${fd} ${readlinkSync(`/proc/self/fd/${fd}`)}`
    } catch {
      // The one that listed the others is closed by now.
      return []
    }
  })
}

/**
 * Runs `act`, after which no descriptor may be open that was not open before it. They are compared one by one, because a
 * collection meanwhile may close sockets that were dropped earlier, and a number of descriptors would hide a leak then.
 */
export function leakingNothing<Result>(act: () => Result): Result {
  const before = descriptorNames()
  const result = act()
  const left = descriptorNames().filter((name) => !before.includes(name))
  assert.deepEqual(left, [], 'descriptors were left open')
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
