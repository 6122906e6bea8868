// What the verbs of messages take besides the data, and what they return.

import type { Address, AddressInput } from '../addresses/types.js'
import { WAIT_OPTIONS } from '../core/deadline.js'
import { checkOptionNames, type Names } from '../core/option-names.js'
import { checkedOptions, checkInteger, wrongValue } from '../core/validate.js'
import type { MessageFlag } from '../native/constant-kinds.js'
import {
  MSG_CTRUNC,
  MSG_EOR,
  MSG_ERRQUEUE,
  MSG_OOB,
  MSG_TRUNC,
  MSG_WAITALL,
  SOCK_STREAM,
} from '../native/generated/constants.js'
import type { Descriptor } from '../socket/descriptor.js'
import { checkedFlags } from '../socket/receiving.js'
import { FLAG_OPTIONS, type FlagOptions } from '../socket/transfer-options.js'
import { MAX_CONTROL_BYTES } from './control.js'
import type { ReceivedFd } from './received-fd.js'
import type { ControlInput, ControlMessage } from './values.js'

/** How to receive a message. */
export interface ReceiveMessageOptions extends FlagOptions {
  /**
   * The size of the control buffer in bytes: see `cmsgLen` and `cmsgSpace`. What does not fit is cut off, as the kernel
   * has it. Unless given, 4096, which has room for all control messages that have names.
   */
  readonly controlBytes?: number
}

/** How to send a message, beside its data. */
export interface SendMessageOptions extends FlagOptions {
  /** The destination, of a socket that is not connected. Only a blocking or awaited verb takes a host that is a name. */
  readonly address?: AddressInput
  /** Control messages, in this order. */
  readonly control?: readonly ControlInput[]
}

/** How to send descriptors. */
export type SendFdsOptions = Omit<SendMessageOptions, 'control'>

/** What the kernel reports of a received message. */
export interface MessageFacts {
  /** The sender; `null` where the kernel names none. From the error queue: the destination of the packet. */
  readonly address: Address | null
  /** The control messages, in the kernel's order. */
  readonly control: readonly ControlMessage[]
  /** The flags of the message, or'ed. */
  readonly flags: MessageFlag
  /** The message was longer than the memory for it: the rest is lost. MSG_TRUNC. */
  readonly truncated: boolean
  /** Control messages were cut off, because the control buffer was too small or descriptors ran out. MSG_CTRUNC. */
  readonly controlTruncated: boolean
  /** It is the end of a record. MSG_EOR. */
  readonly endOfRecord: boolean
  /** It is urgent data. MSG_OOB. */
  readonly outOfBand: boolean
  /** It came from the error queue. MSG_ERRQUEUE. */
  readonly errorQueue: boolean
}

/** A received message. */
export interface ReceivedMessage extends MessageFacts {
  readonly data: Buffer
}

/** A message that was received into memory of the caller's. */
export interface ReceivedMessageInto extends MessageFacts {
  /** How many bytes; 0 at the end of a stream. With `MSG_TRUNC`, a datagram's whole size, which may exceed the memory. */
  readonly bytes: number
}

/** Data and the descriptors that came with it. */
export interface ReceivedFds {
  readonly data: Buffer
  readonly fds: readonly ReceivedFd[]
  readonly address: Address | null
  readonly flags: MessageFlag
  /** Descriptors were lost: there were more than asked for, or more than this process may have open. MSG_CTRUNC. */
  readonly controlTruncated: boolean
}

/** Room for 253 descriptors and every other control message that has a name. */
const DEFAULT_CONTROL_BYTES = 4096

/** How a verb waits, by which it has options for that. */
export type Waiting = 'try' | 'blocking' | 'awaited'

/** The names of a verb's options for each way to wait. */
export function namesByWaiting<Options extends object>(names: Names<Options>): Record<Waiting, Names<object>> {
  const waiting = { ...names, ...WAIT_OPTIONS }
  return { try: names, blocking: waiting, awaited: { ...waiting, signal: true } as Names<object> }
}

const RECEIVE_NAMES = namesByWaiting<ReceiveMessageOptions>({ ...FLAG_OPTIONS, controlBytes: true })
const RECEIVE_FDS_NAMES = namesByWaiting(FLAG_OPTIONS)
const SEND_NAMES = namesByWaiting<SendMessageOptions>({ ...FLAG_OPTIONS, address: true, control: true })
const SEND_FDS_NAMES = namesByWaiting<SendFdsOptions>({ ...FLAG_OPTIONS, address: true })

/** How a message is received: checked options. */
export interface ReceiveRequest {
  readonly flags: number
  readonly controlBytes: number
}

/** @throws TypeError, RangeError for options that are wrong */
export function checkReceiveMessage(
  { type }: Descriptor,
  options: ReceiveMessageOptions | undefined,
  waiting: Waiting,
): ReceiveRequest {
  if (options === undefined) return { flags: 0, controlBytes: DEFAULT_CONTROL_BYTES }
  const given = checkedOptions(options)
  checkOptionNames(options, RECEIVE_NAMES[waiting])
  const { controlBytes = DEFAULT_CONTROL_BYTES } = given
  checkInteger(controlBytes, 'options.controlBytes', 0, MAX_CONTROL_BYTES)
  const flags = checkedFlags(options)
  // Each of the calls that it would take has control messages of its own.
  if (type === SOCK_STREAM && flags & MSG_WAITALL) {
    throw wrongValue('flags: recvMsg returns what one call receives: use recvInto for MSG_WAITALL')
  }
  return { flags: flags & ~MSG_WAITALL, controlBytes }
}

/** Refuses options of sendMsg that do not exist. */
export function checkSendNames(options: SendMessageOptions | undefined, waiting: Waiting): void {
  checkOptionNames(options, SEND_NAMES[waiting])
}

/** Refuses options of sendFds that do not exist. */
export function checkSendFdsNames(options: SendFdsOptions | undefined, waiting: Waiting): void {
  checkOptionNames(options, SEND_FDS_NAMES[waiting])
}

/** Refuses options of recvFds that do not exist. */
export function checkReceiveFdsNames(options: object | undefined, waiting: Waiting): void {
  checkOptionNames(options, RECEIVE_FDS_NAMES[waiting])
}

/** The flags of a message by their names. A flag that this system lacks is -1, and never set. */
export function flagFields(flags: number): Omit<MessageFacts, 'address' | 'control'> {
  const has = (flag: number): boolean => flag > 0 && (flags & flag) !== 0
  return {
    flags: flags as MessageFlag,
    truncated: has(MSG_TRUNC),
    controlTruncated: has(MSG_CTRUNC),
    endOfRecord: has(MSG_EOR),
    outOfBand: has(MSG_OOB),
    errorQueue: has(MSG_ERRQUEUE),
  }
}
