// The client of `berkeley nc`: the addresses of a host are tried one after the other, as OpenBSD's netcat does.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AF_UNIX, type AsyncSocket, type HostAddress, SocketError } from '../../index.js'
import { addressesOf, boundSocket, familyNumber, unixAddress } from './endpoints.js'
import { noteBound, noteConnected, noteFailed } from './notes.js'
import type { NcOptions } from './options.js'

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

/** Connects, and reports that: of UDP, where a scan finds out more, only what connect(2) found. */
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
    return socket
  } catch (error) {
    socket.close()
    throw error
  }
}

/** The local address of -s and -p, of the destination's family. */
async function localAddress({ family }: HostAddress, options: NcOptions): Promise<HostAddress | undefined> {
  const { source, sourcePort = 0 } = options
  if (source === undefined && sourcePort === 0) return undefined
  const one = family === 'inet6' ? { ipv6: true } : { ipv4: true }
  const [first] = await addressesOf(source ?? '', sourcePort, { ...options, ipv4: false, ipv6: false, ...one }, true)
  return first
}

/**
 * Connects to a unix socket, and calls `use` with the connection. A datagram socket has a path of its own meanwhile, on
 * which it receives replies.
 * @throws SocketError where it fails
 */
export async function withUnixConnection(
  path: string,
  options: NcOptions,
  use: (socket: AsyncSocket) => Promise<void>,
): Promise<void> {
  const receiver = options.udp ? receiverPath(options) : undefined
  try {
    await using socket = boundSocket(AF_UNIX, receiver && { path: receiver.path }, options)
    if (receiver !== undefined) noteBound('Bound', socket.getSockName(), options)
    await socket.connect(unixAddress(path), { timeout: options.timeout ?? null })
    await use(socket)
  } finally {
    receiver?.remove()
  }
}

interface ReceiverPath {
  readonly path: string
  remove(): void
}

/**
 * The path on which a client receives datagrams. It is a file and no abstract name, because a peer in another network
 * namespace can reach a file.
 */
function receiverPath({ source }: NcOptions): ReceiverPath {
  if (source !== undefined) return { path: source, remove: () => rmSync(source, { force: true }) }
  const folder = mkdtempSync(join(tmpdir(), 'berkeley-nc-'))
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true })
  const onSignal = (signal: NodeJS.Signals): void => {
    removeFolder()
    remove()
    process.kill(process.pid, signal)
  }
  const remove = (): void => {
    for (const signal of ENDING_SIGNALS) process.off(signal, onSignal)
    removeFolder()
  }
  for (const signal of ENDING_SIGNALS) process.on(signal, onSignal)
  return { path: join(folder, 'receiver'), remove }
}

const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
