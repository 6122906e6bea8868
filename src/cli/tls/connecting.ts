// A TLS connection step by step, each of which is timed. The certificate is verified, but a fault does not end the
// handshake: it is what the command reports.

import {
  createConnection,
  type HostAddress,
  resolve,
  SOCK_STREAM,
  type Socket,
  SocketTimeoutError,
  type TlsOptions,
  type TlsSocket,
  type WaitOptions,
  wrapTls,
} from '../../index.js'
import { type StartTlsName, startTls } from './starttls.js'

/** Milliseconds that each step took. */
export interface StepTimes {
  readonly lookupMs: number
  readonly connectMs: number
  /** The exchange in plain text; `null` without STARTTLS. */
  readonly startTlsMs: number | null
  readonly handshakeMs: number
}

/** What is connected to, and how. */
export interface TlsRequest {
  readonly host: string
  readonly port: number
  readonly startTls: StartTlsName | undefined
  readonly tls: TlsOptions
  readonly wait: WaitOptions
}

export interface TimedConnection {
  readonly socket: TlsSocket
  readonly address: HostAddress
  readonly times: StepTimes
}

function timed<Result>(step: () => Result): { readonly result: Result; readonly ms: number } {
  const begin = performance.now()
  const result = step()
  return { result, ms: performance.now() - begin }
}

/**
 * Connects, and completes the handshake.
 * @throws SocketError, ResolveError, TlsError for a step that fails; Error if the server refuses STARTTLS
 */
export function openTimed(request: TlsRequest): TimedConnection {
  const { host, port, wait } = request
  const lookup = timed(() => resolve(host, port, { type: SOCK_STREAM, ...wait }))
  const addresses = lookup.result.map(({ address }) => address)
  const connected = timed(() => connectToAny(addresses, wait))
  return { ...secured(connected.result, request, lookup.ms, connected.ms), address: connected.result.address }
}

/** Connects once more to an address, to resume a session. @throws as `openTimed` */
export function openAgain(address: HostAddress, request: TlsRequest, session: Buffer): TimedConnection {
  const connected = timed(() => connectToAny([address], request.wait))
  const resuming = { ...request, tls: { ...request.tls, session } }
  return { ...secured(connected.result, resuming, 0, connected.ms), address }
}

interface Connected {
  readonly socket: Socket
  readonly address: HostAddress
}

/** Tries one address after the other. Each has its share of the time that is left. */
function connectToAny(addresses: readonly HostAddress[], { deadline }: WaitOptions): Connected {
  let failure: unknown
  for (const [index, address] of addresses.entries()) {
    const share = (deadline! - performance.now()) / (addresses.length - index)
    try {
      // A timeout of 0 would not wait at all.
      const socket = createConnection(address, { timeout: Math.max(share, 1) })
      socket.setBlocking(true)
      return { socket, address }
    } catch (error) {
      // A refusal says more than the time-out of an address before it.
      if (failure === undefined || failure instanceof SocketTimeoutError) failure = error
    }
  }
  throw failure
}

function secured(
  { socket }: Connected,
  { startTls: protocol, tls, wait }: TlsRequest,
  lookupMs: number,
  connectMs: number,
): Omit<TimedConnection, 'address'> {
  try {
    const plain = protocol === undefined ? null : timed(() => startTls(protocol, socket, wait))
    const handshake = timed(() =>
      wrapTls(socket, { ...tls, ...wait, rejectUnauthorized: false, allowTruncation: true }),
    )
    const startTlsMs = plain === null ? null : plain.ms
    return { socket: handshake.result, times: { lookupMs, connectMs, startTlsMs, handshakeMs: handshake.ms } }
  } catch (error) {
    socket.close()
    throw error
  }
}
