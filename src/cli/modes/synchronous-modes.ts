// The ways to wait, as rows of a table: with which calls a style makes the exchange, and what their results mean.

import { type AddressInput, errno, errnoName, type Socket } from '../../index.js'
import type { Answer } from './call-log.js'

/** A call: how it is shown, how it is made, and what its result means. */
export interface Step<Argument, Result> {
  label(argument: Argument): string
  make(socket: Socket, argument: Argument): Result
  judge(result: Result): Answer
}

/** A way to wait. */
export interface Style {
  readonly name: string
  readonly explanation: string
  /** Chooses the mode, given how long a call may wait; a new socket needs none to block. */
  readonly prepare?: Step<number, void>
  readonly connect: Step<AddressInput, unknown>
  readonly send: Step<Uint8Array, number | undefined>
  readonly recv: Step<number, Buffer | null | undefined>
}

function judgeErrno(outcome: number): Answer {
  const value = `returns ${outcome}, ${errnoName(outcome)}`
  if (outcome === 0 || outcome === errno.EISCONN) return { outcome: 'done', value }
  const unfinished = outcome === errno.EINPROGRESS || outcome === errno.EALREADY
  return { outcome: unfinished ? 'in progress' : 'failed', value }
}

function judgeConnected(connected: boolean): Answer {
  return { outcome: connected ? 'done' : 'in progress', value: `returns ${connected}` }
}

function judgeTaken(count: number | undefined): Answer {
  if (count === undefined) return { outcome: 'in progress', value: 'returns undefined' }
  return { outcome: 'done', value: 'sends', bytes: count }
}

function judgeReceived(bytes: Buffer | null | undefined): Answer {
  if (bytes === undefined) return { outcome: 'in progress', value: 'returns undefined' }
  if (bytes === null) return { outcome: 'done', value: 'returns null, the end' }
  return { outcome: 'done', value: 'returns', bytes: bytes.length }
}

const judgeVoid = (): Answer => ({ outcome: 'done', value: 'returns' })

const connect: Style['connect'] = {
  label: () => 'connect',
  make: (socket, address) => socket.connect(address),
  judge: judgeVoid,
}
const connectEx: Step<AddressInput, number> = {
  label: () => 'connectEx',
  make: (socket, address) => socket.connectEx(address),
  judge: judgeErrno,
}
const tryConnect: Step<AddressInput, boolean> = {
  label: () => 'tryConnect',
  make: (socket, address) => socket.tryConnect(address),
  judge: judgeConnected,
}
const send: Style['send'] = {
  label: () => 'send',
  make: (socket, data) => socket.send(data),
  judge: judgeTaken,
}
const trySend: Style['send'] = {
  label: () => 'trySend',
  make: (socket, data) => socket.trySend(data),
  judge: judgeTaken,
}
const recv: Style['recv'] = {
  label: (most) => `recv(${most})`,
  make: (socket, most) => socket.recv(most),
  judge: judgeReceived,
}
const tryRecv: Style['recv'] = {
  label: (most) => `tryRecv(${most})`,
  make: (socket, most) => socket.tryRecv(most),
  judge: judgeReceived,
}
const setTimeout: Step<number, void> = {
  label: (ms) => `setTimeout(${ms})`,
  make: (socket, ms) => socket.setTimeout(ms),
  judge: judgeVoid,
}
const setNonBlocking: Step<number, void> = {
  label: () => 'setBlocking(false)',
  make: (socket) => socket.setBlocking(false),
  judge: judgeVoid,
}

export const close: Step<undefined, void> = {
  label: () => 'close',
  make: (socket) => socket.close(),
  judge: judgeVoid,
}

export const styles: readonly Style[] = [
  { name: 'blocking', explanation: 'every call waits until it is done', connect, send, recv },
  {
    name: 'timed',
    explanation: 'every call waits at most so long, then throws SocketTimeoutError',
    prepare: setTimeout,
    connect,
    send,
    recv,
  },
  {
    name: 'non-blocking',
    explanation: 'no call waits; one that is not done throws WouldBlockError',
    prepare: setNonBlocking,
    connect: connectEx,
    send,
    recv,
  },
  {
    name: 'try',
    explanation: 'no call waits; one that is not done returns undefined or false',
    connect: tryConnect,
    send: trySend,
    recv: tryRecv,
  },
]
