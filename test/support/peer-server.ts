// Servers of node's own that tests let our programs talk to.
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

/** An HTTP server on a free port, until the test is over. */
export function httpServer(context: TestContext, answer: RequestListener): Promise<number> {
  return listening(context, createHttpServer({ keepAlive: false }, answer))
}

/** A TCP server on a free port, until the test is over. */
export function tcpServer(context: TestContext, serve: (connection: Socket) => void): Promise<number> {
  return listening(
    context,
    createServer((connection) => {
      connection.on('error', () => connection.destroy())
      serve(connection)
    }),
  )
}

/** A port on which nobody listens: it was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
