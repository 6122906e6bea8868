// The other end of a connection, in a thread of its own: it follows a script while this thread blocks.

import type { Socket } from 'berkeley'
import { startWorker } from './threads.js'

/** What a peer does, one step after the other. Times are in milliseconds. */
export type Step =
  | readonly ['pause', number]
  | readonly ['send', string]
  /** Sends so many bytes one by one, with a pause before each. */
  | readonly ['drip', number, number]
  /** Receives until it has so many bytes. */
  | readonly ['receive', number]
  | readonly ['accept']
  /** Interrupts the thread with this id. */
  | readonly ['interrupt', number]
  | readonly ['signal', NodeJS.Signals]
  | readonly ['close']

/** What the thread of a peer is started with. */
export interface PeerData {
  readonly fd: number
  readonly steps: readonly Step[]
  readonly go: Int32Array<SharedArrayBuffer>
}

export interface Peer {
  /** Lets the peer take its first step; called just before this thread blocks. */
  begin(): void
  /** Resolves when all steps are done. A step that fails is an uncaught error of the test. */
  readonly ended: Promise<unknown>
}

/** Gives `socket` to a thread that will take `steps`; resolves when it is ready. */
export async function peerWith(socket: Socket, steps: readonly Step[]): Promise<Peer> {
  const go = new Int32Array(new SharedArrayBuffer(4))
  const workerData: PeerData = { fd: socket.detach(), steps, go }
  const { next, exited } = startWorker('scripted-peer', { workerData })
  await next()
  return {
    ended: exited,
    begin() {
      Atomics.store(go, 0, 1)
      Atomics.notify(go, 0)
    },
  }
}
