// The event loop: letting it turn, seeing whether a promise is pending after that, and starting the reactor.
import assert from 'node:assert/strict'
import { AsyncSocket } from 'berkeley'

/**
 * Lets the event loop turn, and the reactor report what is ready by now. Where the notifier is a thread, it has to wake
 * first: the exchange over a pair of sockets waits for that.
 */
export async function turns(count = 3): Promise<void> {
  for (let turn = 0; turn < count; turn++) {
    const [a, b] = AsyncSocket.pair()
    const received = a.recv(1)
    b.trySend('x')
    await received
    a.close()
    b.close()
    await new Promise(setImmediate)
  }
}

/** Whether a promise is still pending after a few turns of the event loop. */
export async function isPending(promise: Promise<unknown>): Promise<boolean> {
  let settled = false
  const note = (): void => {
    settled = true
  }
  promise.then(note, note)
  await turns()
  return !settled
}

/** Has the reactor open the descriptors that it needs for itself, so that others can be counted afterwards. */
export async function startReactor(): Promise<void> {
  const [a, b] = AsyncSocket.pair()
  await assert.rejects(a.recv(1, { timeout: 1 }))
  a.close()
  b.close()
}
