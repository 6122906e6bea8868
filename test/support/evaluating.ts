// JavaScript that a debugger evaluates in this thread while a verb waits: the look whether JavaScript may still run lets it.

import assert from 'node:assert/strict'
import { AF_INET, SOCK_DGRAM, Socket } from 'berkeley'
import { startWorker, thisThread } from './threads.js'

const { worker, next } = startWorker('native/evaluating-worker')
await next()

/** The result of `wait`, during which the debugger calls `act`. */
export function during<Result>(act: () => void, wait: () => Result): Result {
  let failure: unknown = new Error('nothing was evaluated during the wait')
  Object.assign(globalThis, {
    evaluate() {
      failure = null
      try {
        act()
      } catch (error) {
        failure = error
      }
    },
  })
  worker.postMessage(thisThread())
  try {
    return wait()
  } finally {
    if (failure !== null) console.error(failure)
    assert.equal(failure, null)
  }
}

/** Runs a scenario, whose name is the program's argument. */
export async function runScenario(scenarios: Readonly<Record<string, () => void>>): Promise<void> {
  scenarios[process.argv[2]!]!()
  await worker.terminate()
}

/** A bound UDP socket. */
export function udp(): Socket {
  const socket = new Socket(AF_INET, SOCK_DGRAM)
  socket.bind({ host: '127.0.0.1', port: 0 })
  return socket
}
