// Connects over TCP, reads to the end (the server closes at once) and closes.
import { AF_INET, createConnection, openConnection, SOCK_STREAM, Socket } from 'berkeley'
import { check, measure, port, variant } from '../shared/measure.js'

const server = { host: '127.0.0.1', port }
const byte = Buffer.alloc(1)

function connected(): Socket {
  const socket = new Socket(AF_INET, SOCK_STREAM)
  socket.connect(server)
  return socket
}

function run(count: number, connect: () => Socket): void {
  for (let i = 0; i < count; i++) {
    const socket = connect()
    check(socket.recvInto(byte) === 0, 'unexpected data')
    socket.close()
  }
}

async function runAwaited(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const socket = await openConnection(server)
    check((await socket.recvInto(byte)) === 0, 'unexpected data')
    socket.close()
  }
}

const variants: Readonly<Record<string, (count: number) => void | Promise<void>>> = {
  connect: (count) => run(count, connected),
  createConnection: (count) => run(count, () => createConnection(server)),
  openConnection: runAwaited,
}

await measure(variants[variant]!, 0)
