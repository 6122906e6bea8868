// The client of `berkeley nc`: the addresses of a host are tried one after the other, as OpenBSD's netcat does.

import { join } from 'node:path'
import { AF_UNIX, type AsyncSocket, errno, type HostAddress, SO_LINGER, SocketError } from '../../index.js'
import { addressesOf, boundSocket, familyNumber, unixAddress } from './endpoints.js'
import { noteBound, noteConnected, noteFailed } from './notes.js'
import type { NcOptions } from './options.js'
import { boundPath, temporaryFolder } from './temporary-path.js'

/**
 * Connects to a host and port, and reports each address that fails.
 * @returns `undefined` where every address has failed
 * @throws ResolveError for a name without addresses
 */
export async function connectToHost(host: string, port: number, options: NcOptions): Promise<AsyncSocket | undefined> {
  for (const address of await addressesOf(host, port, options)) {
    try {
      return await attempt(address, options)
    } catch (error) {
      if (!(error instanceof SocketError)) throw error
      noteFailed(host, address, error, options)
    }
  }
  return undefined
}

/** Connects, and reports the connection with -v. For UDP that means only that connect(2) succeeded. */
export async function connectAndNote(host: string, port: number, options: NcOptions): Promise<AsyncSocket | undefined> {
  const socket = await connectToHost(host, port, options)
  if (socket !== undefined) noteConnected(host, socket.getPeerName() as HostAddress, options)
  return socket
}

async function attempt(address: HostAddress, options: NcOptions): Promise<AsyncSocket> {
  const local = await localAddress(address, options)
  const socket = boundSocket(familyNumber(address), local, options)
  try {
    await socket.connect(address, { timeout: options.timeout ?? null })
    checkPeer(socket, address, options)
    return socket
  } catch (error) {
    socket.close()
    throw error
  }
}

/** Without a server, the kernel may have chosen the destination's port for our end, and connected the socket to itself. */
function checkPeer(socket: AsyncSocket, { host, port }: HostAddress, { sourcePort = 0, udp }: NcOptions): void {
  const own = socket.getSockName() as HostAddress
  if (udp || sourcePort !== 0 || own.port !== port || own.host !== host) return
  // An orderly end would keep the port for a minute from the server that the user waits for.
  socket.setOption(SO_LINGER, 0)
  const message = `connect ECONNREFUSED ${host}:${port}: the kernel connected the socket to itself`
  throw new SocketError(message, 'ECONNREFUSED', -errno.ECONNREFUSED, 'connect')
}

/** The local address of -s and -p, of the destination's family. */
async function localAddress({ family }: HostAddress, options: NcOptions): Promise<HostAddress | undefined> {
  const { source, sourcePort = 0 } = options
  if (source === undefined && sourcePort === 0) return undefined
  const one = family === 'inet6' ? { ipv6: true } : { ipv4: true }
  const [first] = await addressesOf(source ?? '', sourcePort, { ...options, ipv4: false, ipv6: false, ...one }, true)
  return first
}

/** What is done with a connection. */
export type Use = (socket: AsyncSocket) => Promise<void>

/**
 * Connects to a unix socket, and calls `use` with the connection.
 * @throws SocketError where it fails
 */
export async function withUnixConnection(path: string, options: NcOptions, use: Use): Promise<void> {
  if (options.udp) return withUnixDatagrams(path, options, use)
  await using socket = boundSocket(AF_UNIX, undefined, options)
  await socket.connect(unixAddress(path), { timeout: options.timeout ?? null })
  await use(socket)
}

/**
 * A datagram socket has a path of its own, on which it receives replies. It is a file and no abstract name, because a peer
 * in another network namespace can reach a file.
 */
async function withUnixDatagrams(path: string, options: NcOptions, use: Use): Promise<void> {
  using folder = options.source === undefined ? temporaryFolder() : null
  const own = folder === null ? options.source! : join(folder.path, 'receiver')
  await using socket = boundSocket(AF_UNIX, unixAddress(own), options)
  // Not before it is bound: a path that is in use is another program's.
  using _ = boundPath(own)
  noteBound('Bound', socket.getSockName(), options)
  await socket.connect(unixAddress(path), { timeout: options.timeout ?? null })
  await use(socket)
}
