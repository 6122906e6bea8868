// Servers of node:http and node:net for our programs and sockets to talk to.
import { once } from 'node:events'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import type { TestContext } from 'node:test'

async function listening(context: TestContext, server: Server): Promise<number> {
  context.after(() => server.close())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** Starts an HTTP server, which listens until the test is over, and returns its port. */
export function httpServer(context: TestContext, listener: RequestListener): Promise<number> {
  return listening(context, createHttpServer({ keepAlive: false }, listener))
}

/** Starts a TCP server, which listens until the test is over, and returns its port. */
export function tcpServer(context: TestContext, serve: (connection: Socket) => void): Promise<number> {
  return listening(
    context,
    createServer((connection) => {
      connection.on('error', () => connection.destroy())
      serve(connection)
    }),
  )
}
