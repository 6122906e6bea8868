// What a netcat reports on standard error, in the words of OpenBSD's: scripts search for them.

import {
  type Address,
  errnoMessage,
  getServByPort,
  type HostAddress,
  NI_NAMEREQD,
  reverse,
  type SocketError,
  SocketTimeoutError,
} from '../../index.js'
import { printNote, printNotice } from '../terminal/output.js'
import { transportOf } from './endpoints.js'
import type { NcOptions } from './options.js'

/** How long a report waits for the name of an address. */
const NAME_TIMEOUT_MS = 1000

/** An address as it is reported: with its name, unless -n forbids lookups. */
function shown(address: Address | null, { numeric }: NcOptions): string {
  if (address === null) return 'an unnamed socket'
  if ('host' in address) return `${numeric ? address.host : nameOf(address)} ${address.port}`
  if ('path' in address) return address.path
  return 'abstract' in address ? `@${address.abstract}` : 'an unnamed socket'
}

function nameOf(address: HostAddress): string {
  try {
    return reverse(address, { flags: NI_NAMEREQD, timeout: NAME_TIMEOUT_MS }).host
  } catch {
    // Most addresses have no name; a lookup that fails does not concern the connection.
    return address.host
  }
}

/** The name of the service of a port; `*` where it has none. */
function serviceOf(port: number, options: NcOptions): string {
  if (options.numeric) return '*'
  try {
    return getServByPort(port, transportOf(options))
  } catch {
    return '*'
  }
}

/** `localhost (127.0.0.1)`: a host as it was given, and the address that was tried. */
function destination(host: string, address: HostAddress): string {
  return host === address.host ? host : `${host} (${address.host})`
}

/** Reports a bound socket. */
export function noteBound(how: 'Listening' | 'Bound', address: Address | null, options: NcOptions): void {
  if (options.verbose) printNote(`${how} on ${shown(address, options)}`)
}

/** Reports an accepted connection, or the first datagram of a peer. */
export function noteReceived(address: Address | null, options: NcOptions): void {
  if (options.verbose) printNote(`Connection received on ${shown(address, options)}`)
}

/** Reports a connection that was made. */
export function noteConnected(host: string, address: HostAddress, options: NcOptions): void {
  if (!options.verbose) return
  const service = `[${transportOf(options)}/${serviceOf(address.port, options)}]`
  printNote(`Connection to ${destination(host, address)} ${address.port} port ${service} succeeded!`)
}

/** Reports a connect that failed. A scan reports closed ports with -v only: it is used as a condition. */
export function noteFailed(host: string, address: HostAddress, error: SocketError, options: NcOptions): void {
  if (options.scan && !options.verbose) return
  const reason = error instanceof SocketTimeoutError ? 'timed out' : errnoMessage(error.errno)
  const where = `${destination(host, address)} port ${address.port} (${transportOf(options)})`
  printNotice(`connect to ${where} failed: ${reason}`)
}

/** Reports that the peer has closed before it took all of the input, which ends sending and is no failure. */
export function notePeerClosed({ message }: SocketError, options: NcOptions): void {
  if (options.verbose) printNotice(`the peer closed before it took all input: ${message}`)
}
