// The other end of a connection, in a thread of its own: it follows a script while this thread blocks.

import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Socket } from 'berkeley'

/** What a peer does, one after the other. Times are in milliseconds. */
export type Step =
  | readonly ['pause', number]
  | readonly ['send', string]
  /** Bytes one at a time, with a pause before each. */
  | readonly ['drip', number, number]
  /** Receives until so many bytes have come. */
  | readonly ['receive', number]
  | readonly ['accept']
  | readonly ['interrupt', number]
  | readonly ['signal', NodeJS.Signals]
  | readonly ['reset']
  | readonly ['close']

/** What a peer is told at its start. */
export interface PeerData {
  readonly fd: number
  readonly steps: readonly Step[]
  readonly go: Int32Array<SharedArrayBuffer>
}

export interface Peer {
  /** Lets it begin: just before this thread blocks. */
  begin(): void
  /** It has done everything; rejects when a step failed. */
  readonly ended: Promise<void>
}

/** Gives `socket` to a thread that will do `steps`; it is ready when this resolves. */
export async function peerWith(socket: Socket, steps: readonly Step[]): Promise<Peer> {
  const go = new Int32Array(new SharedArrayBuffer(4))
  const workerData: PeerData = { fd: socket.detach(), steps, go }
  const worker = new Worker(new URL('../fixtures/scripted-peer.js', import.meta.url), { workerData })
  const ended = once(worker, 'exit').then(() => {})
  await once(worker, 'message')
  return {
    ended,
    begin() {
      Atomics.store(go, 0, 1)
      Atomics.notify(go, 0)
    },
  }
}
