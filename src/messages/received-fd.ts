// A descriptor that arrived in a message: SCM_RIGHTS, SCM_PIDFD.

import { type InspectOptions, inspect } from 'node:util'
import { failure, misuse, stateError } from '../core/errors.js'
import { native } from '../native/addon.js'
import { SOL_SOCKET } from '../native/generated/constants.js'
import { SO_TYPE } from '../options/generated/options.js'
import { closeDropped } from '../socket/descriptor.js'
import { Socket } from '../socket/socket.js'

const dropped = new FinalizationRegistry<undefined>(closeDropped)

/** What those pass to the constructor that have received the descriptor. */
const RECEIVED = Symbol('received')

/** Owns a descriptor that was received. @internal */
export const ownReceived = (fd: number): ReceivedFd => new ReceivedFd(fd, RECEIVED)

/** The number of a received descriptor, whatever a subclass makes of `fd`. @internal */
export let numberOfReceived: (received: ReceivedFd) => number

/**
 * A descriptor that was received in a message, of a socket, a file or anything else. This object owns it: it has to be
 * closed, detached or made a Socket, and is closed some time after it was dropped. It is not inherited by child processes.
 * @example
 * const { fds } = socket.recvFds(1, 1)!
 * using listener = fds[0]!.toSocket()
 */
export class ReceivedFd implements Disposable {
  #fd = -1

  static {
    numberOfReceived = (received) => received.#fd
  }

  /**
   * @throws TypeError `ERR_ILLEGAL_CONSTRUCTOR`: a number that this object did not receive is another's to close
   * @internal
   */
  constructor(fd: number, key?: typeof RECEIVED) {
    if (key !== RECEIVED) {
      throw misuse(
        TypeError,
        'ERR_ILLEGAL_CONSTRUCTOR',
        'a ReceivedFd comes with a message: recvFds and recvMsg make it',
      )
    }
    this.#take(fd)
    dropped.register(this, undefined)
  }

  /** Owns a descriptor, or closes it if there is no memory for that. */
  #take(fd: number): void {
    this.#fd = fd
    try {
      native.own(fd, this, '')
    } catch (error) {
      this.close()
      throw error
    }
  }

  /** The descriptor's number, which stays this object's; -1 once it is closed or given away. */
  get fd(): number {
    return this.#fd
  }

  /**
   * Gives the number away; the caller has to close it, for example with `fs.closeSync`.
   * @throws SocketError `ERR_SOCKET_DETACHED` when it was closed or given away before
   * @example
   * const file = received.detach()
   */
  detach(): number {
    const fd = this.#open('detach')
    this.#fd = -1
    native.disown(fd)
    return fd
  }

  /**
   * A Socket in place of this object, which takes the descriptor over.
   * @throws SocketError `ENOTSOCK` for another kind of descriptor, which this object still owns then; after any other error
   *   of `Socket.fromFd` the descriptor is closed
   * @throws SocketError `ERR_SOCKET_DETACHED` when it was closed or given away before
   * @example
   * using connection = received.toSocket()
   */
  toSocket(): Socket {
    const fd = this.#open('fromFd')
    const result = native.getOption(fd, SOL_SOCKET, SO_TYPE.number, new Uint8Array(4))
    if (result < 0) throw failure(result, 'fromFd')
    this.detach()
    try {
      return Socket.fromFd(fd)
    } catch (error) {
      native.close(fd, false, true, 0)
      throw error
    }
  }

  /** Closes the descriptor; `close(2)`. Closing again does nothing. */
  close(): void {
    const fd = this.#fd
    this.#fd = -1
    // Others hold the same open file description: a connection is not shut down.
    if (fd >= 0) native.close(fd, false, true, 0)
  }

  /** Closes the descriptor at the end of a `using` block, unless it was given away. */
  [Symbol.dispose](): void {
    this.close()
  }

  /** What console.log shows. @internal */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    return `ReceivedFd ${inspect({ fd: this.#fd }, options)}`
  }

  #open(syscall: string): number {
    if (this.#fd >= 0) return this.#fd
    throw stateError('ERR_SOCKET_DETACHED', syscall, 'the descriptor was closed or given away')
  }
}
