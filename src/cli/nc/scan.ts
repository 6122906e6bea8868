// `berkeley nc -z`: which ports accept a connection. No reply of a UDP port means that it is open, or that a firewall
// drops datagrams: only an ICMP message, which is the error ECONNREFUSED, says that it is closed.

import { type AsyncSocket, type HostAddress, SocketError, SocketTimeoutError } from '../../index.js'
import { connectToHost } from './connect.js'
import { noteConnected, noteFailed } from './notes.js'
import type { NcOptions } from './options.js'

/** How long a UDP port has to refuse a datagram, unless -w says. */
const UDP_WAIT_MS = 3000
/** A datagram may be lost: another one is sent after each of these intervals. */
const UDP_INTERVAL_MS = 1000

/**
 * Scans ports.
 * @returns whether any of them is open
 * @throws ResolveError
 */
export async function scan(host: string, ports: readonly number[], options: NcOptions): Promise<boolean> {
  let isAnyOpen = false
  for (const port of ports) {
    const socket = await connectToHost(host, port, options)
    if (socket === undefined) continue
    await using open = socket
    const address = open.getPeerName() as HostAddress
    const failure = options.udp ? await probe(open, options) : undefined
    if (failure === undefined) {
      isAnyOpen = true
      noteConnected(host, address, options)
    } else noteFailed(host, address, failure, options)
  }
  return isAnyOpen
}

/** Sends datagrams, and returns how the port refused them; `undefined` where it did not, or replied. */
async function probe(socket: AsyncSocket, { timeout = UDP_WAIT_MS }: NcOptions): Promise<SocketError | undefined> {
  const deadline = performance.now() + timeout
  try {
    do {
      await socket.send('X')
      if (await hasReplied(socket, Math.min(deadline, performance.now() + UDP_INTERVAL_MS))) return undefined
    } while (performance.now() < deadline)
    return undefined
  } catch (error) {
    if (error instanceof SocketError) return error
    throw error
  }
}

async function hasReplied(socket: AsyncSocket, deadline: number): Promise<boolean> {
  try {
    await socket.recv(1, { deadline })
    return true
  } catch (error) {
    if (error instanceof SocketTimeoutError) return false
    throw error
  }
}
