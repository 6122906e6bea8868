// One thread echoes for many connections with one Selector: an operation is a message of 64 bytes.
import { EVENT_READ, Selector, Socket, TCP_NODELAY } from 'berkeley'
import { measure, must, operations, port, variant } from '../shared/measure.js'

const MESSAGE = 64

function connect(): Socket {
  const socket = new Socket()
  socket.connect({ host: '127.0.0.1', port })
  socket.setOption(TCP_NODELAY, true)
  return socket
}

const control = connect()
control.sendAll(`${variant}\n`)
const selector = new Selector()
for (let i = 0; i < Number(variant); i++) selector.register(connect(), EVENT_READ)

const block = Buffer.alloc(4096)
const message = block.subarray(0, MESSAGE)

function run(count: number): void {
  for (let done = 0; done < count; ) {
    const ready = selector.select()
    for (const { socket } of ready) {
      must(socket!.tryRecvInto(block) === MESSAGE, 'a message came in parts')
      must(socket!.trySend(message) === MESSAGE, 'a message went out in parts')
    }
    done += ready.length
  }
}

must(operations > 0, 'no operations')
await measure(run, 2 * MESSAGE)
