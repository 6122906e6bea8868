// The modes whose calls return results, as rows of a table: the calls with which a mode makes the exchange, and what
// their results mean.

import {
  type AddressInput,
  AF_INET,
  AF_INET6,
  errno,
  errnoName,
  Socket,
  select,
  type TlsOptions,
  type TlsSocket,
  wrapTls,
} from '../../index.js'
import { type CallResult, IN_PROGRESS } from './call-log.js'
import { interpretReceived, interpretSent, interpretVoid, type Mode, type ModeRun, RECEIVE_BYTES } from './mode.js'

/** A call: its label, how it is made, and what its result means. */
interface ModeCall<Argument, Result> {
  label(argument: Argument): string
  make(socket: Socket, argument: Argument): Result
  interpret(result: Result): CallResult
}

/** The calls of a synchronous mode. */
interface SynchronousCalls {
  /** Puts the socket into the mode, given the timeout of a call. A new socket is blocking already. */
  readonly prepare?: ModeCall<number, void>
  readonly connect: ModeCall<AddressInput, unknown>
  /** The handshake of a connection over TLS. */
  readonly handshake: ModeCall<TlsSocket, unknown>
  readonly send: ModeCall<Uint8Array, number | undefined>
  readonly recv: ModeCall<number, Buffer | null | undefined>
  /** Waits after a call that is in progress; without it the program does other work. */
  readonly wait?: ModeCall<'read' | 'write', number>
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

const connect: SynchronousCalls['connect'] = {
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
/** Puts TLS over the connection. It leaves the handshake to the mode's own call. */
const wrap: ModeCall<TlsOptions, TlsSocket> = {
  label: () => 'wrapTls',
  make: (socket, tls) => wrapTls(socket, { ...tls, timeout: 0 }),
  interpret: interpretVoid,
}
const handshake: SynchronousCalls['handshake'] = {
  label: () => 'handshake',
  make: (_, secure) => secure.handshake(),
  interpret: interpretVoid,
}
const tryHandshake: ModeCall<TlsSocket, boolean> = {
  label: () => 'tryHandshake',
  make: (_, secure) => secure.tryHandshake(),
  interpret: interpretConnected,
}
const send: SynchronousCalls['send'] = {
  label: () => 'send',
  make: (socket, data) => socket.send(data),
  interpret: interpretSent,
}
const trySend: SynchronousCalls['send'] = {
  label: () => 'trySend',
  make: (socket, data) => socket.trySend(data),
  interpret: interpretSent,
}
const recv: SynchronousCalls['recv'] = {
  label: (size) => `recv(${size})`,
  make: (socket, size) => socket.recv(size),
  interpret: interpretReceived,
}
const tryRecv: SynchronousCalls['recv'] = {
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

/** Waits for readiness. A selector would be kept for many sockets; `select` is enough for one. */
const wait: ModeCall<'read' | 'write', number> = {
  label: (event) => `select(${event})`,
  make: (socket, event) => select({ [event]: [socket] })[event].length,
  interpret: (ready) => ({ outcome: 'done', value: `${ready} ready` }),
}

/** The last call, the same in every mode. */
const close: ModeCall<undefined, void> = {
  label: () => 'close',
  make: (socket) => socket.close(),
  interpret: interpretVoid,
}

function makeExchange(
  { prepare, connect, handshake, send, recv, wait }: SynchronousCalls,
  { target, tls, timeoutMs, request, log, work, receive }: ModeRun,
): void {
  let socket = new Socket(target.host.includes(':') ? AF_INET6 : AF_INET)
  // A socket that TLS was put over is detached, and is closed with the other.
  using _ = { [Symbol.dispose]: () => socket.close() }
  function make<Argument, Result>(call: ModeCall<Argument, Result>, argument: Argument): Result | typeof IN_PROGRESS {
    return log.call(call.label(argument), () => call.make(socket, argument), call.interpret)
  }
  function untilDone<Argument, Result>(
    call: ModeCall<Argument, Result>,
    argument: Argument,
    event: 'read' | 'write' = 'write',
  ): Result {
    for (;;) {
      const result = make(call, argument)
      if (result !== IN_PROGRESS) return result
      if (wait === undefined) work.doUnit()
      else make(wait, event)
    }
  }

  if (prepare !== undefined) untilDone(prepare, timeoutMs)
  untilDone(connect, target)
  if (tls !== undefined) {
    const secure = untilDone(wrap, tls)
    socket = secure
    untilDone(handshake, secure, 'read')
  }
  let unsent: Uint8Array = request
  while (unsent.length > 0) unsent = unsent.subarray(untilDone(send, unsent))
  for (;;) {
    const bytes = untilDone(recv, RECEIVE_BYTES, 'read')
    if (!bytes) break
    receive(bytes)
  }
  untilDone(close, undefined)
}

function mode(name: string, explanation: string, calls: SynchronousCalls): Mode {
  return { name, explanation, makeExchange: (run) => makeExchange(calls, run) }
}

const tries = { connect: tryConnect, handshake: tryHandshake, send: trySend, recv: tryRecv }

export const synchronousModes: readonly Mode[] = [
  mode('blocking', 'a call waits until it is done', { connect, handshake, send, recv }),
  mode('timed', 'a call waits up to its timeout, then throws SocketTimeoutError', {
    prepare: setTimeout,
    connect,
    handshake,
    send,
    recv,
  }),
  mode('non-blocking', 'no call waits; one that would wait throws WouldBlockError', {
    prepare: setNonBlocking,
    connect: connectEx,
    handshake,
    send,
    recv,
  }),
  mode('try', 'no call waits; one that would wait returns undefined or false', tries),
  mode('readiness', 'one call waits until any of many sockets is ready', { ...tries, wait }),
]
