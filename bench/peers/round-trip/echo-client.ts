// A node:net client of the echo server that awaits each reply, for the asynchronous peers.
import { once } from 'node:events'
import { connect } from 'node:net'

/** Connects and returns a function that sends a request and resolves with its reply of the same length. */
export async function echoClient(
  target: number | { readonly path: string },
): Promise<(request: Uint8Array) => Promise<Uint8Array>> {
  const socket = connect(typeof target === 'number' ? { host: '127.0.0.1', port: target, noDelay: true } : target)
  await once(socket, 'connect')
  let reply = Buffer.alloc(0)
  let filled = 0
  let resolveReply: (reply: Uint8Array) => void
  socket.on('data', (chunk) => {
    filled += chunk.copy(reply, filled)
    if (filled === reply.length) resolveReply(reply)
  })
  return (request) =>
    new Promise((resolve) => {
      reply = Buffer.allocUnsafe(request.length)
      filled = 0
      resolveReply = resolve
      socket.write(request)
    })
}
