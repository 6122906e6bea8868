// The program of the built-in server. It does not parse requests: their size is known, so it counts received bytes.

import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { protocolNamed } from '../protocol/protocols.js'
import type { BuiltInServerOptions } from './built-in-server.js'

const options = JSON.parse(process.argv[2]!) as BuiltInServerOptions
const protocol = protocolNamed(options.protocol)
const requestBytes = protocol.request(options).length
const reply = protocol.reply(options)
const HOST = '127.0.0.1'
const WARM_UP_REQUESTS = 500
const BACKLOG = 4096

/** Whether replies are delayed: not during the warm-up. */
let isDelayed = false

/** Replies at `due`, and never before: a timer may fire a fraction of a millisecond early. */
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
    const delay = isDelayed ? options.latencyMs + Math.random() * options.jitterMs : 0
    const due = performance.now() + delay
    for (received += piece.length; received >= requestBytes; received -= requestBytes) replyAt(due, connection)
  })
}

/** Makes requests until the server's code is compiled: otherwise the first mode would meet a slower server. */
async function warmUp(port: number): Promise<void> {
  const client = connect({ host: HOST, port, noDelay: true })
  const request = protocol.request(options)
  for (let round = 0; round < WARM_UP_REQUESTS; round++) {
    client.write(request)
    for (let received = 0; received < reply.length; ) {
      const [piece] = (await once(client, 'data')) as [Buffer]
      received += piece.length
    }
  }
  client.destroy()
}

// A process that is killed cannot stop its server; the channel between them closes then.
process.on('disconnect', () => process.exit())
const server = createServer(serve).listen({ host: HOST, port: 0, backlog: BACKLOG })
await once(server, 'listening')
const { port } = server.address() as AddressInfo
await warmUp(port)
isDelayed = true
process.send!({ port })
