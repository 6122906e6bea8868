// Receiving descriptors. The control buffer has room for as many as are asked for, because the kernel closes those that have
// none. The kernel puts other control messages into the same buffer, where options of the socket ask for them, and some of
// them in front of the descriptors: unix(7), scm_recv_unix() of net/core/scm.c. So their room is counted as well.

import { checkInteger } from '../core/validate.js'
import { native } from '../native/addon.js'
import { AF_UNIX, MSG_CTRUNC, SOL_SOCKET } from '../native/generated/constants.js'
import {
  SO_PASSCRED,
  SO_PASSPIDFD,
  SO_PASSSEC,
  SO_TIMESTAMP,
  SO_TIMESTAMPING,
  SO_TIMESTAMPNS,
} from '../options/generated/options.js'
import type { OptionRow } from '../options/row.js'
import type { Descriptor } from '../socket/descriptor.js'
import { MAX_FDS } from './control.js'
import {
  checkReceiveFdsNames,
  flagFields,
  type ReceivedFds,
  type ReceiveMessageOptions,
  type ReceiveRequest,
  type Waiting,
} from './message-options.js'
import type { ReceivedFd } from './received-fd.js'
import { checkMessage, receiveMessage } from './receiving.js'
import type { ControlMessage } from './values.js'

const FD_BYTES = Int32Array.BYTES_PER_ELEMENT

/** The options that give each message of a unix socket a control message, and the size of its data. */
const COMPANIONS: readonly (readonly [option: OptionRow, bytes: number])[] = [
  [SO_PASSCRED, 12],
  // A label has no fixed size; this is more than any has.
  [SO_PASSSEC, 256],
  [SO_PASSPIDFD, FD_BYTES],
  [SO_TIMESTAMP, 16],
  [SO_TIMESTAMPNS, 16],
  [SO_TIMESTAMPING, 48],
]

/** Checked arguments of recvFds. */
export interface ReceiveFdsRequest extends ReceiveRequest {
  readonly maxFds: number
}

/** Checks the arguments of recvFds. */
export function checkReceiveFds(
  descriptor: Descriptor,
  maxBytes: number,
  maxFds: number,
  options: Omit<ReceiveMessageOptions, 'controlBytes'> | undefined,
  waiting: Waiting,
): ReceiveFdsRequest {
  checkInteger(maxFds, 'maxFds', 0, MAX_FDS)
  checkReceiveFdsNames(options, waiting)
  const { flags } = checkMessage(descriptor, maxBytes, options, waiting)
  const controlBytes = companionBytes(descriptor) + native.cmsgLen(maxFds * FD_BYTES)
  return { flags, controlBytes, maxFds }
}

/** The room for what comes with the descriptors. Another process may have set the options, so the kernel is asked. */
function companionBytes({ family, fd }: Descriptor): number {
  if (family !== AF_UNIX) return 0
  let bytes = 0
  const value = new Int32Array(1)
  const valueBytes = new Uint8Array(value.buffer)
  for (const [option, size] of COMPANIONS) {
    const isSet = native.getOption(fd, SOL_SOCKET, option.number, valueBytes) > 0 && value[0] !== 0
    if (isSet) bytes += native.cmsgSpace(size)
  }
  return bytes
}

/** Receives data and descriptors: `null` is the end of a stream, `undefined` would block. */
export function receiveFds(
  descriptor: Descriptor,
  maxBytes: number,
  request: ReceiveFdsRequest,
  timeout: number,
): ReceivedFds | null | undefined {
  const message = receiveMessage(descriptor, maxBytes, request, timeout)
  if (message === null || message === undefined) return message
  const { data, control, address, flags } = message
  const received = descriptorsIn(control)
  const surplus = received.splice(request.maxFds)
  for (const fd of surplus) fd.close()
  // Room that another control message did not use has taken more descriptors than were asked for.
  const all = surplus.length > 0 ? flags | MSG_CTRUNC : flags
  const { flags: allFlags, controlTruncated } = flagFields(all)
  return { data, fds: received, address, flags: allFlags, controlTruncated }
}

/** The descriptors that were sent. That of the sender's process was not asked for: it is closed. */
function descriptorsIn(control: readonly ControlMessage[]): ReceivedFd[] {
  const received: ReceivedFd[] = []
  for (const message of control) {
    if (message.name === 'SCM_RIGHTS') received.push(...message.value)
    else if (message.name === 'SCM_PIDFD') message.value.close()
  }
  return received
}
