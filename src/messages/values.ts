// The values of control messages, as callers see them.

import type { Address } from '../addresses/types.js'
import type { WritableData } from '../core/bytes.js'
import type { AlgorithmValue, ControlType, Level, TypeOfService } from '../native/constant-kinds.js'
import type { PeerCredentials } from '../options/structures.js'
import type { ReceivedFd } from './received-fd.js'

/** Where an IPv4 datagram arrived, or is to leave from; `struct in_pktinfo` of ip(7). */
export interface PacketInfo {
  /** The index of the interface; to send, 0 lets the kernel choose. */
  readonly interface: number
  /** The local address: the one that a reply has to come from. To send, the source; `'0.0.0.0'` lets the kernel choose. */
  readonly local: string
  /** The destination in the datagram's header, a group or a broadcast address perhaps. The kernel ignores it on sending. */
  readonly destination: string
}

/** The same for IPv6; `struct in6_pktinfo` of ipv6(7). */
export interface PacketInfo6 {
  /** The index of the interface; to send, 0 lets the kernel choose. */
  readonly interface: number
  /** The destination in the datagram's header. To send, the source, which is no group; `'::'` lets the kernel choose. */
  readonly address: string
}

/** The times of a packet, in nanoseconds since 1970; `struct scm_timestamping` of linux/errqueue.h. */
export interface PacketTimes {
  /** The kernel's; `null` where it took none. */
  readonly software: bigint | null
  /** The device's, by the device's own clock; `null` where it took none. */
  readonly hardware: bigint | null
}

/** What reported an error of the error queue; a number for what has no name here. */
export type ErrorOrigin = 'none' | 'local' | 'icmp' | 'icmp6' | 'timestamping' | 'zerocopy' | 'txtime' | number

/** An entry of the error queue; `struct sock_extended_err` of ip(7). */
export interface QueuedError {
  /** The errno, positive: compare it with `errno`. */
  readonly errno: number
  readonly origin: ErrorOrigin
  /** The type of the ICMP message. */
  readonly type: number
  /** The code of the ICMP message. */
  readonly code: number
  /** For EMSGSIZE, the MTU of the path. For `'zerocopy'`, the first of the sends that are finished. */
  readonly info: number
  /** Data of the origin. For `'zerocopy'`, the last of the sends that are finished. */
  readonly data: number
  /** The node that reported the error, such as a router; `null` where it is not a node. */
  readonly offender: Address | null
}

/** The control messages that have a type here, by their names in C, and what is received. */
export interface ControlValues {
  /** Descriptors; unix(7). */
  readonly SCM_RIGHTS: readonly ReceivedFd[]
  /** The sender, as the kernel has checked it; with `SO_PASSCRED`. */
  readonly SCM_CREDENTIALS: PeerCredentials
  /** A descriptor of the sender's process; with `SO_PASSPIDFD`. */
  readonly SCM_PIDFD: ReceivedFd
  /** The sender's security label; with `SO_PASSSEC`. */
  readonly SCM_SECURITY: string
  /** When the kernel received the packet, in nanoseconds since 1970, to the microsecond; with `SO_TIMESTAMP`. */
  readonly SCM_TIMESTAMP: bigint
  /** The same to the nanosecond; with `SO_TIMESTAMPNS`. */
  readonly SCM_TIMESTAMPNS: bigint
  /** The times of a packet that was received or, in the error queue, sent; with `SO_TIMESTAMPING`. */
  readonly SCM_TIMESTAMPING: PacketTimes
  /** How many packets were dropped since the socket was made; with `SO_RXQ_OVFL`. */
  readonly SO_RXQ_OVFL: number
  /** The mark of the packet; with `SO_RCVMARK`. */
  readonly SO_MARK: number
  /** Where the datagram arrived; with `IP_PKTINFO`. */
  readonly IP_PKTINFO: PacketInfo
  /** The remaining hops; with `IP_RECVTTL`. */
  readonly IP_TTL: number
  /** The type of service; with `IP_RECVTOS`. */
  readonly IP_TOS: TypeOfService
  /** Why a packet was not delivered, received with `MSG_ERRQUEUE`; with `IP_RECVERR`. */
  readonly IP_RECVERR: QueuedError
  /** The destination before it was redirected; with `IP_RECVORIGDSTADDR`. */
  readonly IP_ORIGDSTADDR: Address
  /** Where the datagram arrived; with `IPV6_RECVPKTINFO`. */
  readonly IPV6_PKTINFO: PacketInfo6
  /** The remaining hops; with `IPV6_RECVHOPLIMIT`. */
  readonly IPV6_HOPLIMIT: number
  /** The traffic class; with `IPV6_RECVTCLASS`. */
  readonly IPV6_TCLASS: number
  /** Why a packet was not delivered, received with `MSG_ERRQUEUE`; with `IPV6_RECVERR`. */
  readonly IPV6_RECVERR: QueuedError
  /** The destination before it was redirected; with `IPV6_RECVORIGDSTADDR`. */
  readonly IPV6_ORIGDSTADDR: Address
  /** The size of the datagrams that were joined into this one, except for the last; with `UDP_GRO`. */
  readonly UDP_GRO: number
}

/** A descriptor to send: a socket, a file of node:fs/promises, a `ReceivedFd`, or a number. It stays the sender's. */
export type FdInput = number | { readonly fd: number }

/** The control messages that can be sent, by their names in C. */
export interface ControlInputs {
  /** Descriptors, at most 253; unix(7). */
  readonly SCM_RIGHTS: readonly FdInput[]
  /** This process. Other ids than its own need privileges. */
  readonly SCM_CREDENTIALS: PeerCredentials
  /** When the packet is to leave, in nanoseconds of the clock of `SO_TXTIME`. */
  readonly SCM_TXTIME: bigint
  /** The mark of the packet. It needs privileges. */
  readonly SO_MARK: number
  /** The source address and the interface. `destination` may be left out. */
  readonly IP_PKTINFO: Partial<PacketInfo>
  readonly IP_TTL: number
  readonly IP_TOS: TypeOfService
  /** The source address and the interface. */
  readonly IPV6_PKTINFO: Partial<PacketInfo6>
  readonly IPV6_HOPLIMIT: number
  readonly IPV6_TCLASS: number
  /** Splits the data into datagrams of this size. */
  readonly UDP_SEGMENT: number
  /** AF_ALG: `ALG_OP_ENCRYPT` or `ALG_OP_DECRYPT`. */
  readonly ALG_SET_OP: AlgorithmValue
  /** AF_ALG: the initialization vector. */
  readonly ALG_SET_IV: WritableData
  /** AF_ALG: how many bytes in front of the data are only authenticated. */
  readonly ALG_SET_AEAD_ASSOCLEN: number
}

/**
 * A control message that has no type here, or no value: it was cut off because the control buffer was too small, or is an
 * SCM_PIDFD whose descriptor the kernel could not make, which has the negative errno in its place.
 */
export interface RawControl {
  readonly name?: undefined
  readonly level: Level
  readonly type: ControlType
  readonly data: Buffer
}

/** A received control message: `{ name, value }`, or a raw one. `name` says of which type the value is. */
export type ControlMessage =
  | {
      readonly [Name in keyof ControlValues]: { readonly name: Name; readonly value: ControlValues[Name] }
    }[keyof ControlValues]
  | RawControl

/** A control message to send: `{ name, value }`, or the level, type and data of any other. */
export type ControlInput =
  | {
      readonly [Name in keyof ControlInputs]: { readonly name: Name; readonly value: ControlInputs[Name] }
    }[keyof ControlInputs]
  | { readonly name?: undefined; readonly level: Level; readonly type: ControlType; readonly data: WritableData }
