// A socket for another thread, in one step on each side.
//
// Between the threads passes a number, and a number does not own a descriptor. The addon keeps a duplicate for each offer. The
// thread that adopts it takes that descriptor over, whatever the sender's thread does. An offer that is not adopted ends with the
// thread that has made it.

import type { AsyncSocket } from '../async/async-socket.js'
import { checkedTimeout } from '../core/deadline.js'
import { failure, stateError } from '../core/errors.js'
import { checkInteger, checkObject } from '../core/validate.js'
import { native } from '../native/addon.js'
import { descriptorOf } from '../socket/face.js'
import { adoptOffer, duplicate } from '../socket/opening.js'
import { Socket } from '../socket/socket.js'

/** An offer of a socket to one other thread, made by `share`: post it, and give it to `adopt` there. */
export interface SharedSocket {
  /** The number of the offer. */
  readonly offer: number
  /** Milliseconds, as of `setTimeout`. */
  readonly timeout: number | null
}

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
  descriptorOf(socket).bare('dup')
  // From here on the addon has the duplicate, and its Descriptor is dropped.
  const offer = native.offer(duplicate(descriptorOf(socket)).fd)
  if (offer < 0) throw failure(offer, 'dup')
  return { offer, timeout: socket.timeout }
}

/**
 * Makes a socket of an offer that another thread has made with `share`, with its timeout. An offer can be adopted once.
 * @throws SocketError `ERR_NOT_SHARED` if it was adopted already or withdrawn, or its thread has ended
 * @throws TypeError `ERR_INVALID_ARG_TYPE` for what is no offer
 * @example
 * parentPort.once('message', (shared) => adopt(shared).sendAll('hello from the worker'))
 */
export function adopt(shared: SharedSocket): Socket {
  const { offer, timeout } = checkedOffer(shared)
  const descriptor = adoptOffer(offer)
  if (descriptor === null) {
    const reason = 'it was adopted or withdrawn, or its thread has ended'
    throw stateError('ERR_NOT_SHARED', 'adopt', `the socket is offered no longer: ${reason}`)
  }
  const socket = new Socket(descriptor)
  socket.setTimeout(timeout)
  return socket
}

/**
 * Withdraws an offer, and closes what is kept for it.
 * @returns whether it had not been adopted; then it cannot be any more
 * @throws TypeError `ERR_INVALID_ARG_TYPE` for what is no offer
 * @example
 * const shared = share(socket)
 * worker.postMessage(shared)
 * worker.once('exit', () => unshare(shared))
 */
export function unshare(shared: SharedSocket): boolean {
  return native.withdrawOffer(checkedOffer(shared).offer)
}

function checkedOffer(shared: SharedSocket): SharedSocket {
  checkObject(shared, 'shared', 'that share() returned')
  const { offer, timeout } = shared
  checkInteger(offer, 'shared.offer', 0, Number.MAX_SAFE_INTEGER)
  checkedTimeout(timeout, 'shared.timeout')
  return { offer, timeout }
}
