// What happens to sockets, for tools that watch a program from outside: channels of node:diagnostics_channel. No
// message is made for a channel without subscribers.

import { channel } from 'node:diagnostics_channel'
import type { Address, AddressInput } from '../addresses/types.js'
import type { SocketError } from '../core/errors.js'

/** `berkeley:connect`: a connect has succeeded. */
export interface ConnectMessage {
  readonly fd: number
  readonly address: AddressInput
}

/** `berkeley:accept`: a connection was accepted. */
export interface AcceptMessage {
  readonly fd: number
  readonly listenerFd: number
  /** Of the peer; `null` where it has none. */
  readonly address: Address | null
}

/** `berkeley:close`: a socket's descriptor is about to be closed. */
export interface CloseMessage {
  readonly fd: number
}

/** `berkeley:error`: a connect, an accept or a transfer has failed. That it would block, or its time ran out, is no failure. */
export interface ErrorMessage {
  readonly fd: number
  readonly error: SocketError
}

export const connects = channel('berkeley:connect')
export const accepts = channel('berkeley:accept')
export const closes = channel('berkeley:close')
export const errors = channel('berkeley:error')
