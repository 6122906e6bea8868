// The own server's program. It need not understand its protocol: requests are known to the byte.

import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { protocolNamed } from '../protocol/protocols.js'
import type { ServerOptions } from './built-in-server.js'

const options = JSON.parse(process.argv[2]!) as ServerOptions
const protocol = protocolNamed(options.protocol)
const requestBytes = protocol.request(options).length
const reply = protocol.reply(options)
const HOST = '127.0.0.1'
const WARM_UP = 500

/** No delay until the server is warm. */
let delayed = false

/** Replies when the time has come, and never before: a timer may be early by the fraction of a millisecond. */
function replyAt(due: number, connection: Socket): void {
  const left = due - performance.now()
  if (left > 0) setTimeout(() => replyAt(due, connection), Math.ceil(left))
  else if (connection.writable) connection.write(reply)
}

function serve(connection: Socket): void {
  let received = 0
  connection.setNoDelay(true)
  connection.on('error', () => connection.destroy())
  connection.on('data', (piece) => {
    const delay = delayed ? options.latencyMs + Math.random() * options.jitterMs : 0
    const due = performance.now() + delay
    for (received += piece.length; received >= requestBytes; received -= requestBytes) replyAt(due, connection)
  })
}

/** Lets the server be compiled: the way that comes first would otherwise meet a slower one. */
async function warmUp(port: number): Promise<void> {
  const client = connect({ host: HOST, port, noDelay: true })
  const request = protocol.request(options)
  for (let round = 0; round < WARM_UP; round++) {
    client.write(request)
    for (let received = 0; received < reply.length; ) {
      const [piece] = (await once(client, 'data')) as [Buffer]
      received += piece.length
    }
  }
  client.destroy()
}

// Whoever started it may end in any way.
process.on('disconnect', () => process.exit())
const server = createServer(serve).listen({ host: HOST, port: 0, backlog: 4096 })
await once(server, 'listening')
const { port } = server.address() as AddressInfo
await warmUp(port)
delayed = true
process.send!({ port })
