// A layer between the verbs and the kernel: every face sends and receives through it, and waits in the direction that it
// asks for.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { AF_UNIX, type AsyncSocket, attach, type Connection, SOCK_STREAM, Socket, toDuplex } from 'berkeley'
import { native } from '../../src/native/addon.js'
import { Descriptor } from '../../src/socket/descriptor.js'
import { isPending, turns } from '../support/event-loop.js'
import { deferred } from '../support/promises.js'

const MASK = 0x55
const ONE_BYTE = Buffer.from('!')
const scratch = new Uint8Array(native.scratch)

const masked = (bytes: Uint8Array | string): Buffer => Buffer.from(Buffer.from(bytes).map((byte) => byte ^ MASK))

/** Masks each byte. Like TLS, a receive may have to send first, and a send to receive. */
class MaskingDescriptor extends Descriptor {
  mustSend = false
  mustReceive = false

  override get isDirect(): boolean {
    return false
  }

  override get isContinuous(): boolean {
    return false
  }

  override waitsToRead(operationReads: boolean): boolean {
    return operationReads ? !this.mustSend : this.mustReceive
  }

  override receiveBytes(memory: Uint8Array | number, flags: number, timeout: number): number {
    if (this.mustSend) {
      const sent = super.sendBytes(ONE_BYTE, 0, timeout)
      if (sent < 0) return sent
      this.mustSend = false
    }
    const count = super.receiveBytes(memory, flags, timeout)
    const view = typeof memory === 'number' ? scratch : memory
    for (let index = 0; index < count; index++) view[index]! ^= MASK
    return count
  }

  override sendBytes(memory: Uint8Array | number, flags: number, timeout: number): number {
    if (this.mustReceive) {
      const received = super.receiveBytes(Buffer.alloc(1), 0, timeout)
      if (received < 0) return received
      this.mustReceive = false
    }
    const bytes = typeof memory === 'number' ? scratch.subarray(0, memory) : memory
    return super.sendBytes(masked(bytes), flags, timeout)
  }

  /** Makes the kernel take no more. */
  fill(): void {
    const block = Buffer.alloc(65536)
    while (super.sendBytes(block, 0, 0) > 0);
  }
}

/** A socket with the layer, its descriptor, and its peer without the layer. */
function pair(): { socket: Socket; layer: MaskingDescriptor; peer: Socket } {
  const fds = new Int32Array(2)
  assert.equal(native.pair(AF_UNIX, SOCK_STREAM, 0, new Uint8Array(fds.buffer)), 0)
  const layer = new MaskingDescriptor(fds[0]!, AF_UNIX, SOCK_STREAM, 0)
  return { socket: new Socket(layer), layer, peer: new Socket(new Descriptor(fds[1]!, AF_UNIX, SOCK_STREAM, 0)) }
}

test('transport: blocking verbs and the reader use the layer', () => {
  const { socket, peer } = pair()
  socket.send('hello')
  socket.sendAll(Buffer.alloc(100_000, 'x'))
  assert.deepEqual(peer.recv(5), masked('hello'))
  assert.deepEqual(peer.reader().readExactly(100_000), masked(Buffer.alloc(100_000, 'x')))
  peer.sendAll(masked('good day\nbye'))
  assert.equal(socket.reader().readLine(), 'good day')
  assert.equal(String(socket.reader().readExactly(3)), 'bye')
  const large = Buffer.alloc(50_000, 'y')
  peer.sendAll(masked(large))
  assert.deepEqual(socket.reader().readExactly(50_000), large)
  socket.close()
  peer.close()
})

test('transport: awaited verbs use the layer, which toAsync hands on', async () => {
  const { socket, peer } = pair()
  const awaited = socket.toAsync()
  const received = awaited.recv(100)
  peer.send(masked('hello'))
  assert.equal(String(await received), 'hello')
  await awaited.sendAll('good day')
  assert.deepEqual(peer.recv(100), masked('good day'))
  awaited.close()
  peer.close()
})

test('transport: handlers get small messages through the layer, never in a batch', async () => {
  const { socket, peer } = pair()
  let next = deferred<string>()
  const connection = attach(socket, {
    data: (self, bytes) => {
      next.resolve(String(bytes))
      self.write(bytes)
    },
  })
  for (let index = 0; index < 30; index++) {
    next = deferred<string>()
    peer.send(masked(`message ${index}`))
    assert.equal(await next.promise, `message ${index}`)
    assert.deepEqual(peer.recv(100), masked(`message ${index}`))
  }
  connection.close()
  peer.close()
})

test('transport: a Duplex uses the layer', async () => {
  const { socket, peer } = pair()
  const stream = toDuplex(socket)
  peer.send(masked('hello'))
  const [bytes] = (await once(stream, 'data')) as [Buffer]
  assert.equal(String(bytes), 'hello')
  stream.write('good day')
  assert.deepEqual(peer.recv(100), masked('good day'))
  stream.destroy()
  peer.close()
})

/** Receives everything that a peer has been sent. */
function drain(peer: Socket): void {
  while (peer.tryRecv(65536) !== undefined);
}

test('transport: an awaited receive that has to send first waits until the socket is writable', async () => {
  const { socket, layer, peer } = pair()
  const awaited = socket.toAsync()
  layer.fill()
  layer.mustSend = true
  peer.send(masked('hello'))
  const received = awaited.recv(100)
  await turns()
  assert.ok(await isPending(received))
  drain(peer)
  assert.equal(String(await received), 'hello')
  awaited.close()
  peer.close()
})

test('transport: an awaited send that has to receive first waits until the socket is readable', async () => {
  const { socket, layer, peer } = pair()
  const awaited: AsyncSocket = socket.toAsync()
  layer.mustReceive = true
  const sent = awaited.send('hello')
  await turns()
  assert.ok(await isPending(sent))
  peer.send(ONE_BYTE)
  assert.equal(await sent, 5)
  assert.deepEqual(peer.recv(100), masked('hello'))
  awaited.close()
  peer.close()
})

test('transport: handlers wait in the other direction too, and receive and send all', async () => {
  const { socket, layer, peer } = pair()
  const { promise, resolve } = deferred<string>()
  const drained = deferred<void>()
  layer.fill()
  layer.mustSend = true
  const connection: Connection = attach(socket, {
    data: (_, bytes) => resolve(String(bytes)),
    drain: () => drained.resolve(),
  })
  peer.send(masked('hello'))
  await turns()
  drain(peer)
  assert.equal(await promise, 'hello')
  connection.pause()
  layer.mustReceive = true
  assert.equal(connection.write('good day'), false)
  await turns()
  drain(peer)
  peer.send(ONE_BYTE)
  await drained.promise
  assert.deepEqual(peer.recv(100), masked('good day'))
  connection.close()
  peer.close()
})
