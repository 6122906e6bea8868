// recvmmsg(2) and sendmmsg(2), over arguments that have been checked. A timeout of 0 makes a verb its try twin.

import { misuse } from '../core/errors.js'
import { lengthOf, partOf } from '../core/intrinsics.js'
import { checkOptionNames } from '../core/option-names.js'
import { checkedOptions, checkInteger } from '../core/validate.js'
import { native } from '../native/addon.js'
import { MSG_WAITALL, SOCK_STREAM } from '../native/generated/constants.js'
import { admit, WOULD_BLOCK } from '../socket/connecting.js'
import type { Descriptor } from '../socket/descriptor.js'
import { admitReceive, checkedFlags } from '../socket/receiving.js'
import { FLAG_OPTIONS, type FlagOptions } from '../socket/transfer-options.js'
import { type DatagramBatch, memoryOf, setLength } from './datagram-batch.js'
import { namesByWaiting, type Waiting } from './message-options.js'

/** Which datagrams of a batch to send. */
export interface SendBatchOptions extends FlagOptions {
  /** The index of the first; 0 unless given. */
  readonly begin?: number
}

/** Checked options of sendBatch. */
export interface SendBatchRequest {
  readonly flags: number
  readonly begin: number
}

const RECEIVE_NAMES = namesByWaiting(FLAG_OPTIONS)
const SEND_NAMES = namesByWaiting<SendBatchOptions>({ ...FLAG_OPTIONS, begin: true })

function checkDatagrams(descriptor: Descriptor, syscall: string): void {
  if (descriptor.type !== SOCK_STREAM) return
  descriptor.open(syscall)
  throw misuse(TypeError, 'ERR_NOT_DATAGRAMS', 'a stream has no datagrams: batches are for sockets that have')
}

/** @throws TypeError, RangeError for arguments that are wrong */
export function checkReceiveBatch(
  descriptor: Descriptor,
  batch: DatagramBatch,
  options: FlagOptions | undefined,
  waiting: Waiting,
): number {
  checkOptionNames(options, RECEIVE_NAMES[waiting])
  const flags = checkedFlags(options) & ~MSG_WAITALL
  checkDatagrams(descriptor, 'recvmmsg')
  memoryOf(batch)
  return flags
}

/** @throws TypeError, RangeError for arguments that are wrong */
export function checkSendBatch(
  descriptor: Descriptor,
  batch: DatagramBatch,
  options: SendBatchOptions | undefined,
  waiting: Waiting,
): SendBatchRequest {
  checkOptionNames(options, SEND_NAMES[waiting])
  const { begin = 0 } = checkedOptions(options)
  const flags = checkedFlags(options) & ~MSG_WAITALL
  checkDatagrams(descriptor, 'sendmmsg')
  memoryOf(batch)
  checkInteger(begin, 'options.begin', 0, batch.length)
  return { flags, begin }
}

/** Receives into a batch: how many; `undefined` would block. */
export function receiveBatch(
  descriptor: Descriptor,
  batch: DatagramBatch,
  flags: number,
  timeout: number,
): number | undefined {
  const limit = descriptor.gate === 0 ? timeout : admitReceive(descriptor, 'recvmmsg', timeout)
  if (limit === WOULD_BLOCK) return undefined
  const { buffer, share, rows, addresses } = memoryOf(batch)
  setLength(batch, 0)
  const { fd, isInternet } = descriptor
  const count = native.recvBatch(fd, buffer, share, rows, addresses, isInternet, flags, limit)
  if (descriptor.settle(count, 'recvmmsg', timeout) === undefined) return undefined
  setLength(batch, count)
  return count
}

/** Sends the datagrams of a batch from `begin` on: how many; `undefined` would block. */
export function sendBatch(
  descriptor: Descriptor,
  batch: DatagramBatch,
  { flags, begin }: SendBatchRequest,
  timeout: number,
): number | undefined {
  const limit = descriptor.gate === 0 ? timeout : admit(descriptor, 'sendmmsg', timeout)
  if (limit === WOULD_BLOCK) return undefined
  const left = batch.length - begin
  if (left <= 0) return 0
  const { capacity, buffer, share, rows, addresses } = memoryOf(batch)
  const data = begin === 0 ? buffer : partOf(buffer, begin * share)
  const rest = begin === 0 ? rows : partOf(rows, (begin * lengthOf(rows)) / capacity)
  const names = begin === 0 ? addresses : partOf(addresses, (begin * lengthOf(addresses)) / capacity)
  const count = native.sendBatch(descriptor.fd, data, share, left, rest, names, flags, limit)
  return descriptor.settle(count, 'sendmmsg', timeout)
}
