// A socket for another thread, in one step on each side.
//
// Between the threads passes a number, and a number does not own the descriptor. So the sender keeps a
// duplicate until the receiver has made its own: a receiver that ends before leaves nothing open. A word of shared memory
// records that an offer was taken, once. If the sender's thread has ended instead, its duplicate is closed, and the number
// may stand for another file by then: the receiver compares what it has duplicated with what was offered.

import type { AsyncSocket } from '../async/async-socket.js'
import { checkedTimeout } from '../core/deadline.js'
import { failure, stateError } from '../core/errors.js'
import { checkInteger, checkObject, isInstance, wrongType } from '../core/validate.js'
import { native } from '../native/addon.js'
import type { Descriptor } from '../socket/descriptor.js'
import { descriptorOf } from '../socket/face.js'
import { duplicate } from '../socket/opening.js'
import { Socket } from '../socket/socket.js'
import { dupFd } from './handover.js'

/** An offer of a socket to one other thread, made by `share`: post it, and give it to `adopt` there. */
export interface SharedSocket {
  readonly fd: number
  /** Which file the descriptor is of. */
  readonly inode: bigint
  /** Milliseconds, as of `setTimeout`. */
  readonly timeout: number | null
  /** A word of shared memory: how far the offer has got. */
  readonly state: Int32Array<SharedArrayBuffer>
}

const OFFERED = 0
const TAKING = 1
const TAKEN = 2
const WITHDRAWN = 3

/** Resolves when another thread changes a word from this value. Bun and old systems may lack it. */
type WaitAsync = (state: Int32Array, index: number, value: number) => { readonly value: unknown }
const { waitAsync } = Atomics as unknown as { readonly waitAsync?: WaitAsync }

/** The duplicates of offers that may not have been taken yet. */
const held = new Map<Int32Array, Socket>()

/**
 * Offers a socket to another thread of this process. The socket stays the caller's: both threads have their own descriptor
 * of the same connection or listener, each with its own mode; `dup(2)`. Close this one to hand the socket over altogether.
 * @returns what to post to the other thread, for one `adopt` there
 * @throws SocketError `ERR_SOCKET_CLOSED`, `ERR_SOCKET_DETACHED`, `ERR_SOCKET_CONNECTING`, `ERR_READER_HOLDS_DATA`
 * @throws SocketError `EMFILE`
 * @throws TypeError `ERR_INVALID_ARG_TYPE`
 * @example
 * worker.postMessage(share(socket))
 * socket.close()
 * // In the worker:
 * parentPort.once('message', (shared) => {
 *   using adopted = adopt(shared)
 *   adopted.sendAll('hello from the worker')
 * })
 */
export function share(socket: Socket | AsyncSocket): SharedSocket {
  closeTaken()
  descriptorOf(socket).bare('dup')
  const copy = duplicate(descriptorOf(socket))
  const inode = inodeOrClose(copy)
  const state = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  held.set(state, new Socket(copy))
  closeWhenTaken(state)
  return { fd: copy.fd, inode, timeout: socket.timeout, state }
}

/**
 * Makes a socket of an offer that another thread has made with `share`, with its timeout. An offer can be adopted once.
 * @throws SocketError `ERR_NOT_SHARED` if it was adopted already or withdrawn, or its thread has ended
 * @throws SocketError `EMFILE`; the offer holds then
 * @throws TypeError `ERR_INVALID_ARG_TYPE` for what is no offer
 * @example
 * parentPort.once('message', (shared) => adopt(shared).sendAll('hello from the worker'))
 */
export function adopt(shared: SharedSocket): Socket {
  const { fd, inode, timeout, state } = checkedOffer(shared)
  if (Atomics.compareExchange(state, 0, OFFERED, TAKING) !== OFFERED) throw notShared('it was adopted or withdrawn')
  let isTaken = false
  try {
    const socket = duplicateOf(fd, inode)
    isTaken = true
    socket.setTimeout(timeout)
    return socket
  } finally {
    Atomics.store(state, 0, isTaken ? TAKEN : OFFERED)
    Atomics.notify(state, 0)
  }
}

/**
 * Withdraws an offer that was made in this thread, and closes what is kept for it.
 * @returns whether it had not been adopted; then it cannot be any more
 * @throws TypeError `ERR_INVALID_ARG_TYPE` for what is no offer
 * @example
 * const shared = share(socket)
 * worker.postMessage(shared)
 * worker.once('exit', () => unshare(shared))
 */
export function unshare(shared: SharedSocket): boolean {
  const { state } = checkedOffer(shared)
  const isWithdrawn = Atomics.compareExchange(state, 0, OFFERED, WITHDRAWN) === OFFERED
  closeTaken()
  return isWithdrawn
}

function checkedOffer(shared: SharedSocket): SharedSocket {
  checkObject(shared, 'shared', 'that share() returned')
  const { fd, inode, timeout, state } = shared
  checkInteger(fd, 'shared.fd', 0, 0x7fffffff)
  checkedTimeout(timeout, 'shared.timeout')
  if (typeof inode !== 'bigint') throw wrongType('shared.inode', 'a bigint', inode)
  if (!isInstance(state, Int32Array) || !isInstance(state.buffer, SharedArrayBuffer) || state.length !== 1) {
    throw wrongType('shared.state', 'an Int32Array of shared memory', state)
  }
  return { fd, inode, timeout, state }
}

function duplicateOf(fd: number, inode: bigint): Socket {
  let socket: Socket
  try {
    socket = dupFd(fd)
  } catch (error) {
    const { code } = error as { readonly code?: string }
    if (code === 'EBADF' || code === 'ENOTSOCK') throw notShared('its thread has ended')
    throw error
  }
  if (inodeOrClose(descriptorOf(socket)) === inode) return socket
  socket.close()
  throw notShared('its thread has ended')
}

/** Which socket the descriptor is of; the descriptor is closed where the kernel cannot tell. */
function inodeOrClose(descriptor: Descriptor): bigint {
  const result = native.inode(descriptor.fd)
  if (result >= 0) return BigInt(result)
  descriptor.close()
  throw failure(result, 'fstat')
}

function notShared(reason: string): Error {
  return stateError('ERR_NOT_SHARED', 'adopt', `the socket is offered no longer: ${reason}`)
}

/** Closes the duplicate soon after the offer was taken, if the event loop turns; otherwise the next `share` does. */
function closeWhenTaken(state: Int32Array): void {
  if (waitAsync === undefined) return
  const proceed = (): void => {
    closeTaken()
    // An `adopt` has begun, or has failed and offered the socket again.
    if (held.has(state)) closeWhenTaken(state)
  }
  const changed = waitAsync(state, 0, Atomics.load(state, 0)).value
  if (changed instanceof Promise) void changed.then(proceed)
  else proceed()
}

function closeTaken(): void {
  for (const [state, socket] of held) {
    const value = Atomics.load(state, 0)
    if (value !== TAKEN && value !== WITHDRAWN) continue
    held.delete(state)
    socket.close()
  }
}
