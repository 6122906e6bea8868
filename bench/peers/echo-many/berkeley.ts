// One thread echoes on many connections with one Selector: an operation is a message of 64 bytes.
import { EVENT_READ, Selector, Socket, TCP_NODELAY } from 'berkeley'
import { check, measure, operations, port, variant } from '../shared/measure.js'

const MESSAGE_BYTES = 64

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
const message = block.subarray(0, MESSAGE_BYTES)

function run(count: number): void {
  for (let done = 0; done < count; ) {
    const ready = selector.select()
    for (const { socket } of ready) {
      check(socket!.tryRecvInto(block) === MESSAGE_BYTES, 'partial receive')
      check(socket!.trySend(message) === MESSAGE_BYTES, 'partial send')
    }
    done += ready.length
  }
}

check(operations > 0, 'no operations')
await measure(run, 2 * MESSAGE_BYTES)
