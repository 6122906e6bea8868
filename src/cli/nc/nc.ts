// `berkeley nc`: a netcat, over awaited sockets. Its behaviour is that of OpenBSD's, whose manual page is nc(1).
//
//   options.ts          what the command line says, and what contradicts itself
//   endpoints.ts        words as addresses and ports
//   connect.ts          the client
//   listen.ts           the server
//   scan.ts             -z
//   relay.ts            copying between a connection and standard input and output
//   input.ts            these two
//   notes.ts            what -v reports
//   temporary-path.ts   the paths of unix sockets
//
// It differs from OpenBSD's in four points: with -v it sends no probes over UDP; a datagram without bytes does not end it;
// a connection that breaks, and one that is refused, is reported without -v too (except by -z); a listener removes the
// path of its unix socket.

import { connectAndNote, type Use, withUnixConnection } from './connect.js'
import { portsOf } from './endpoints.js'
import { Input, Output } from './input.js'
import { listen } from './listen.js'
import { notePeerClosed } from './notes.js'
import type { NcOptions } from './options.js'
import { type RelayRules, relay } from './relay.js'
import { scan } from './scan.js'

/**
 * Connects or listens, and copies. The exit status is 1 where no connection was made.
 * @param words the destination and the ports
 * @throws Error if it fails in another way
 */
export async function runNc(words: readonly string[], options: NcOptions): Promise<void> {
  const [destination, ...portWords] = words
  if (options.scan) {
    if (!(await scan(destination!, portsOf(portWords, options), options))) process.exitCode = 1
    return
  }
  const input = new Input(options.detach === true || receivesOnly(options))
  const output = new Output()
  const use: Use = (socket) => relay(socket, input, output, rulesOf(options))
  try {
    if (options.listen) await listen(words, options, use)
    else if (options.unix) await withUnixConnection(destination!, options, use)
    else await connectToPorts(destination!, portsOf(portWords, options), options, use)
  } finally {
    input.close()
  }
}

/** Whether there is no peer to send to: a server of datagrams that receives from all. */
function receivesOnly({ listen, keepListening, udp }: NcOptions): boolean {
  return listen === true && keepListening === true && udp === true
}

function rulesOf(options: NcOptions): RelayRules {
  const { crlf = false, halfClose = false, quit, timeout, listen = false } = options
  const quits = quit !== undefined && quit >= 0
  return {
    crlf,
    halfClose: halfClose || quits,
    endsWithPeer: listen,
    notePeerClosed: (error) => notePeerClosed(error, options),
    ...(quits ? { quitMs: quit } : {}),
    ...(timeout === undefined ? {} : { idleMs: timeout }),
  }
}

async function connectToPorts(host: string, ports: readonly number[], options: NcOptions, use: Use): Promise<void> {
  let isConnected = false
  for (const port of ports) {
    const socket = await connectAndNote(host, port, options)
    if (socket === undefined) continue
    isConnected = true
    await using connection = socket
    await use(connection)
  }
  if (!isConnected) process.exitCode = 1
}
