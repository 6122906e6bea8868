// Sending messages, over arguments that have been checked. A timeout of 0 makes it the verb's try twin.

import { errorTarget } from '../addresses/families.js'
import type { AddressInput } from '../addresses/types.js'
import { checkZeroCopy, type GatheredData, partsOf, totalBytes } from '../core/bytes.js'
import { checkedOptions, wrongValue } from '../core/validate.js'
import { native } from '../native/addon.js'
import { SCM_RIGHTS, SOCK_STREAM, SOL_SOCKET } from '../native/generated/constants.js'
import { admit, encodeOrResolve, WOULD_BLOCK } from '../socket/connecting.js'
import type { Descriptor } from '../socket/descriptor.js'
import { sendFlags } from '../socket/sending.js'
import { type CheckedControl, checkControl, checkFds, writeControl } from './control.js'
import {
  checkSendFdsNames,
  checkSendNames,
  type SendFdsOptions,
  type SendMessageOptions,
  type Waiting,
} from './message-options.js'
import type { FdInput } from './values.js'

/** A message to send, whose parts have been checked. */
export interface OutgoingMessage {
  readonly parts: readonly Uint8Array[]
  readonly control: readonly CheckedControl[]
  readonly address: AddressInput | undefined
  readonly flags: number
}

/** Reads and checks the arguments of sendMsg. */
export function checkOutgoing(
  buffers: GatheredData,
  options: SendMessageOptions | undefined,
  waiting: Waiting,
): OutgoingMessage {
  checkSendNames(options, waiting)
  const given = checkedOptions(options)
  const flags = sendFlags(given)
  checkZeroCopy(buffers, flags)
  const control = checkControl(given.control)
  return { parts: partsOf(buffers, 'buffers'), control, address: given.address, flags }
}

/**
 * Reads and checks the arguments of sendFds.
 * @throws TypeError `ERR_INVALID_ARG_VALUE` for descriptors without data on a stream, which would be lost
 */
export function checkOutgoingFds(
  { type }: Descriptor,
  buffers: GatheredData,
  fds: readonly FdInput[],
  options: SendFdsOptions | undefined,
  waiting: Waiting,
): OutgoingMessage {
  checkSendFdsNames(options, waiting)
  const given = checkedOptions(options)
  const flags = sendFlags(given)
  checkZeroCopy(buffers, flags)
  const rights = { level: SOL_SOCKET, type: SCM_RIGHTS, data: new Uint8Array(0), fds: checkFds(fds, 'fds') }
  const parts = partsOf(buffers, 'buffers')
  if (type === SOCK_STREAM && totalBytes(parts) === 0) {
    throw wrongValue('buffers must contain at least one byte: a stream carries descriptors with data only')
  }
  return { parts, control: [rights], address: given.address, flags }
}

/** Sends a message: how many bytes the kernel took; `undefined` would block. */
export function sendMessage(descriptor: Descriptor, message: OutgoingMessage, timeout: number): number | undefined {
  const { parts, control, address, flags } = message
  const admitted = descriptor.gate === 0 ? timeout : admit(descriptor, 'sendmsg', timeout)
  if (admitted === WOULD_BLOCK) return undefined
  const hasAddress = address !== undefined
  const limit = hasAddress ? encodeOrResolve(descriptor, address, admitted, 'sendmsg') : admitted
  const bytes = writeControl(control)
  const count = native.sendMsg(descriptor.open('sendmsg'), parts, bytes, hasAddress, flags, limit)
  // The fields of an error are made only where there is an error.
  return descriptor.settle(count, 'sendmsg', timeout, count < 0 && hasAddress ? errorTarget(address) : undefined)
}
