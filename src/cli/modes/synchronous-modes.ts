// The synchronous modes, as rows of a table: the calls with which a mode makes the exchange, and what their results mean.

import { type AddressInput, errno, errnoName, type Socket } from '../../index.js'
import type { CallResult } from './call-log.js'

/** A call: its label, how it is made, and what its result means. */
export interface ModeCall<Argument, Result> {
  label(argument: Argument): string
  make(socket: Socket, argument: Argument): Result
  interpret(result: Result): CallResult
}

/** A synchronous mode. */
export interface SynchronousMode {
  readonly name: string
  readonly explanation: string
  /** Puts the socket into the mode, given the timeout of a call. A new socket is blocking already. */
  readonly prepare?: ModeCall<number, void>
  readonly connect: ModeCall<AddressInput, unknown>
  readonly send: ModeCall<Uint8Array, number | undefined>
  readonly recv: ModeCall<number, Buffer | null | undefined>
}

function interpretErrno(returned: number): CallResult {
  const value = `returns ${returned}, ${errnoName(returned)}`
  if (returned === 0 || returned === errno.EISCONN) return { outcome: 'done', value }
  const inProgress = returned === errno.EINPROGRESS || returned === errno.EALREADY
  return { outcome: inProgress ? 'in progress' : 'failed', value }
}

function interpretConnected(connected: boolean): CallResult {
  return { outcome: connected ? 'done' : 'in progress', value: `returns ${connected}` }
}

function interpretSent(count: number | undefined): CallResult {
  if (count === undefined) return { outcome: 'in progress', value: 'returns undefined' }
  return { outcome: 'done', value: 'sends', bytes: count }
}

function interpretReceived(bytes: Buffer | null | undefined): CallResult {
  if (bytes === undefined) return { outcome: 'in progress', value: 'returns undefined' }
  if (bytes === null) return { outcome: 'done', value: 'returns null (end)' }
  return { outcome: 'done', value: 'returns', bytes: bytes.length }
}

const interpretVoid = (): CallResult => ({ outcome: 'done', value: 'returns' })

const connect: SynchronousMode['connect'] = {
  label: () => 'connect',
  make: (socket, address) => socket.connect(address),
  interpret: interpretVoid,
}
const connectEx: ModeCall<AddressInput, number> = {
  label: () => 'connectEx',
  make: (socket, address) => socket.connectEx(address),
  interpret: interpretErrno,
}
const tryConnect: ModeCall<AddressInput, boolean> = {
  label: () => 'tryConnect',
  make: (socket, address) => socket.tryConnect(address),
  interpret: interpretConnected,
}
const send: SynchronousMode['send'] = {
  label: () => 'send',
  make: (socket, data) => socket.send(data),
  interpret: interpretSent,
}
const trySend: SynchronousMode['send'] = {
  label: () => 'trySend',
  make: (socket, data) => socket.trySend(data),
  interpret: interpretSent,
}
const recv: SynchronousMode['recv'] = {
  label: (size) => `recv(${size})`,
  make: (socket, size) => socket.recv(size),
  interpret: interpretReceived,
}
const tryRecv: SynchronousMode['recv'] = {
  label: (size) => `tryRecv(${size})`,
  make: (socket, size) => socket.tryRecv(size),
  interpret: interpretReceived,
}
const setTimeout: ModeCall<number, void> = {
  label: (ms) => `setTimeout(${ms})`,
  make: (socket, ms) => socket.setTimeout(ms),
  interpret: interpretVoid,
}
const setNonBlocking: ModeCall<number, void> = {
  label: () => 'setBlocking(false)',
  make: (socket) => socket.setBlocking(false),
  interpret: interpretVoid,
}

/** The last call, the same in every mode. */
export const close: ModeCall<undefined, void> = {
  label: () => 'close',
  make: (socket) => socket.close(),
  interpret: interpretVoid,
}

export const synchronousModes: readonly SynchronousMode[] = [
  { name: 'blocking', explanation: 'a call waits until it is done', connect, send, recv },
  {
    name: 'timed',
    explanation: 'a call waits up to its timeout, then throws SocketTimeoutError',
    prepare: setTimeout,
    connect,
    send,
    recv,
  },
  {
    name: 'non-blocking',
    explanation: 'no call waits; one that would wait throws WouldBlockError',
    prepare: setNonBlocking,
    connect: connectEx,
    send,
    recv,
  },
  {
    name: 'try',
    explanation: 'no call waits; one that would wait returns undefined or false',
    connect: tryConnect,
    send: trySend,
    recv: tryRecv,
  },
]
