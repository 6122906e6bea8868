// The errors of datagrams that a server has sent: IP_RECVERR of ip(7), IPV6_RECVERR of ipv6(7).
//
// Without these options the kernel reports ICMP errors to connected sockets alone. With one of them each error waits in a
// queue of the socket. It fails the next call, to receive or to send, whichever peer that call is for. And it counts against
// SO_RCVBUF until it is read: a queue that is not read leaves no room for datagrams. So a server empties the queue when a
// call fails, and makes the call again.

import { errorTarget } from '../addresses/families.js'
import { failure, SocketError } from '../core/errors.js'
import { controlValue } from '../messages/control.js'
import { receiveMessage } from '../messages/receiving.js'
import { MSG_ERRQUEUE } from '../native/generated/constants.js'
import type { Descriptor } from '../socket/descriptor.js'

/** Further errors are not kept; nor does the kernel keep those for which there is no room. */
const MAX_KEPT_ERRORS = 1024
const REQUEST = { flags: MSG_ERRQUEUE, controlBytes: 512 }

/** The errors of datagrams sent earlier, with the addresses that those were sent to. */
export class QueuedErrors {
  readonly #errors: SocketError[] = []

  /** Whether a call may have failed by the error of an earlier datagram, which is taken over: it can be made again. */
  explains(failed: unknown, descriptor: Descriptor): boolean {
    return failed instanceof SocketError && failed.errno < 0 && this.collect(descriptor)
  }

  /** Empties the kernel's queue; false where it had no error of the network. */
  collect(descriptor: Descriptor): boolean {
    if (!descriptor.isInternet) return false
    let found = false
    for (let count = 0; count < MAX_KEPT_ERRORS; count++) {
      const error = readQueue(descriptor)
      if (error === undefined) break
      if (error === null) continue
      found = true
      if (this.#errors.length < MAX_KEPT_ERRORS) this.#errors.push(error)
    }
    return found
  }

  /** Takes the oldest error. */
  take(): SocketError | undefined {
    return this.#errors.length === 0 ? undefined : this.#errors.shift()
  }
}

/** An error of the network; `null` for another entry, such as one of a send that failed itself; `undefined` for none. */
function readQueue(descriptor: Descriptor): SocketError | null | undefined {
  let message: ReturnType<typeof receiveMessage>
  try {
    message = receiveMessage(descriptor, 0, REQUEST, 0)
  } catch {
    return undefined
  }
  if (message == null) return undefined
  const { control, address } = message
  const error = controlValue(control, 'IP_RECVERR') ?? controlValue(control, 'IPV6_RECVERR')
  if (error?.origin !== 'icmp' && error?.origin !== 'icmp6') return null
  return failure(-error.errno, 'recvmsg', errorTarget(address))
}
