// The server of `berkeley nc`: one connection, or with -k one after the other.

import { type Address, AF_UNIX, type AsyncSocket, MSG_PEEK, SOCK_DGRAM } from '../../index.js'
import { printNotice } from '../terminal/output.js'
import type { Use } from './connect.js'
import { addressesOf, boundSocket, familyNumber, portsOf, unixAddress } from './endpoints.js'
import { noteBound, noteReceived } from './notes.js'
import type { NcOptions } from './options.js'
import { boundPath } from './temporary-path.js'

/** Makes one connection wait at a time, as OpenBSD's netcat does. */
const BACKLOG = 1

/**
 * Listens on the address that the words name, and calls `use` for the first connection. With -k it is called for each
 * one, and a failure of one is reported.
 * @throws SocketError if the socket cannot be bound; what `use` throws, without -k
 */
export async function listen(words: readonly string[], options: NcOptions, use: Use): Promise<void> {
  await using listener = await openListener(words, options)
  using _ = options.unix ? boundPath(words[0]!) : null
  noteBound(listener.listening ? 'Listening' : 'Bound', listener.getSockName(), options)
  if (listener.type === SOCK_DGRAM) await receiveDatagrams(listener, options, use)
  else await acceptConnections(listener, options, use)
}

async function openListener(words: readonly string[], options: NcOptions): Promise<AsyncSocket> {
  const listener = options.unix
    ? boundSocket(AF_UNIX, unixAddress(words[0]!), options)
    : await boundToHost(words, options)
  if (listener.type !== SOCK_DGRAM) listener.listen(BACKLOG)
  return listener
}

async function boundToHost(words: readonly string[], options: NcOptions): Promise<AsyncSocket> {
  const host = words.length === 2 ? words[0]! : (options.source ?? '')
  const word = words.at(-1)
  const [port] = word === undefined ? [options.sourcePort!] : portsOf([word], options)
  const [address] = await addressesOf(host, port!, options, true)
  return boundSocket(familyNumber(address!), address, options)
}

async function acceptConnections(listener: AsyncSocket, options: NcOptions, use: Use): Promise<void> {
  do {
    await using connection = await listener.accept()
    // Further peers are refused from now on, unless they are to be served too.
    if (!options.keepListening) listener.close()
    noteReceived(connection.peerAddress, options)
    await (options.keepListening ? reportFailure(use(connection)) : use(connection))
  } while (options.keepListening)
}

async function reportFailure(served: Promise<void>): Promise<void> {
  try {
    await served
  } catch (error) {
    printNotice((error as Error).message)
  }
}

/** With -k the socket receives from all peers; else it is connected to the sender of the first datagram. */
async function receiveDatagrams(socket: AsyncSocket, options: NcOptions, use: Use): Promise<void> {
  if (!options.keepListening) {
    const { address } = await socket.recvFrom(1, { flags: MSG_PEEK })
    noteReceived(address, options)
    if (hasName(address)) await socket.connect(address)
  }
  await use(socket)
}

/** Whether an address can be sent to: that of a unix socket without a name cannot. */
function hasName(address: Address | null): address is Address {
  return address !== null && (address.family !== 'unix' || 'path' in address || 'abstract' in address)
}
