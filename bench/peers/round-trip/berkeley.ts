// 64-byte requests to the echo server, one at a time: a blocking or a timed client, over TCP or over a unix socket.
import { AF_INET, AF_UNIX, SOCK_STREAM, Socket, TCP_NODELAY } from 'berkeley'
import { check, measure, port, unixPath, variant } from '../shared/measure.js'

function connected(): Socket {
  const isUnix = variant.startsWith('unix')
  const socket = new Socket(isUnix ? AF_UNIX : AF_INET, SOCK_STREAM)
  socket.connect(isUnix ? { path: unixPath } : { host: '127.0.0.1', port })
  if (!isUnix) socket.setOption(TCP_NODELAY, true)
  return socket
}

const socket = connected()
socket.setTimeout(variant.endsWith('timed') ? 10_000 : null)
const block = Buffer.alloc(64)

function run(count: number): void {
  for (let i = 0; i < count; i++) check(socket.send(block) === 64 && socket.recvInto(block) === 64, 'short transfer')
}

await measure(run, 128)
