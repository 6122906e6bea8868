// Data in and out: every kind of memory that JavaScript has can be sent and received into.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createContext, runInContext } from 'node:vm'
import { AF_UNIX, type Data, SOCK_DGRAM, Socket, type WritableData } from 'berkeley'

// Newer than TypeScript's declarations.
interface Changing {
  resize(length: number): void
}
const Resizable = ArrayBuffer as unknown as new (
  length: number,
  options: { maxByteLength: number },
) => ArrayBuffer & Changing
const Growable = SharedArrayBuffer as unknown as new (
  length: number,
  options: { maxByteLength: number },
) => SharedArrayBuffer & { grow(length: number): void }

class Subclass extends Uint8Array {}

const TEXT = 'hello, world'
const bytes = Buffer.from(TEXT)

function copied<Memory extends ArrayBufferLike>(memory: Memory, offset = 0): Memory {
  new Uint8Array(memory).set(bytes, offset)
  return memory
}

const foreign = runInContext('({ view: new Uint8Array(12), memory: new ArrayBuffer(12) })', createContext()) as {
  view: Uint8Array
  memory: ArrayBuffer
}

/** Memory of every kind that holds `TEXT`. */
const forms: Record<string, () => WritableData> = {
  Buffer: () => Buffer.from(bytes),
  Uint8Array: () => new Uint8Array(bytes),
  'a part of a Uint8Array': () => new Uint8Array(copied(new ArrayBuffer(40), 7), 7, 12),
  Int8Array: () => new Int8Array(copied(new ArrayBuffer(12))),
  Uint8ClampedArray: () => new Uint8ClampedArray(copied(new ArrayBuffer(12))),
  Uint16Array: () => new Uint16Array(copied(new ArrayBuffer(12))),
  Float32Array: () => new Float32Array(copied(new ArrayBuffer(16), 4), 4),
  BigInt64Array: () => new BigInt64Array(copied(new ArrayBuffer(24), 8), 8, 1),
  DataView: () => new DataView(copied(new ArrayBuffer(20), 3), 3, 12),
  ArrayBuffer: () => copied(new ArrayBuffer(12)),
  SharedArrayBuffer: () => copied(new SharedArrayBuffer(12)),
  'a view of a SharedArrayBuffer': () => new Uint8Array(copied(new SharedArrayBuffer(20), 4), 4, 12),
  'a subclass': () => new Subclass(bytes),
  'a resizable ArrayBuffer': () => copied(new Resizable(12, { maxByteLength: 100 })),
  'a view that tracks its length': () => {
    const memory = new Resizable(5, { maxByteLength: 100 })
    const view = new Uint8Array(memory)
    memory.resize(12)
    copied(memory)
    return view
  },
  'a growable SharedArrayBuffer': () => {
    const memory = new Growable(5, { maxByteLength: 100 })
    memory.grow(12)
    return copied(memory)
  },
  'a view from another realm': () => {
    foreign.view.set(bytes)
    return foreign.view
  },
  'memory from another realm': () => {
    new Uint8Array(foreign.memory).set(bytes)
    return foreign.memory
  },
}

/** The bytes of a form, without the library. */
function contents(data: WritableData): Buffer {
  return ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    : Buffer.from(new Uint8Array(data))
}

for (const [name, make] of Object.entries(forms)) {
  test(`send: sends ${name}`, () => {
    const [a, b] = Socket.pair(AF_UNIX, SOCK_DGRAM)
    const data = make()
    const wanted = contents(data)
    assert.equal(a.send(data), wanted.length)
    assert.deepEqual(b.recv(100), wanted)
    a.sendAll(data)
    assert.deepEqual(b.recv(100), wanted)
    b.bind({ family: 'unix' })
    a.sendTo(data, b.getSockName())
    assert.deepEqual(b.recv(100), wanted)
    a.close()
    b.close()
  })

  test(`recvInto: receives into ${name}`, () => {
    const [a, b] = Socket.pair(AF_UNIX, SOCK_DGRAM)
    const data = make()
    const before = contents(data).length
    a.send('HELLO!!!')
    assert.equal(b.recvInto(data), 8)
    assert.equal(contents(data).subarray(0, 8).toString(), 'HELLO!!!')
    assert.equal(contents(data).length, before)
    a.send('xy')
    assert.equal(b.recvFromInto(data, { offset: 2 }).bytes, 2)
    a.send('zzz')
    assert.equal(b.tryRecvInto(data, { offset: 4, length: 3 }), 3)
    assert.equal(contents(data).subarray(0, 8).toString(), 'HExyzzz!')
    a.close()
    b.close()
  })
}

test('send: a string is sent as UTF-8, short or long', () => {
  const [a, b] = Socket.pair()
  for (const text of ['', 'plain', 'é', '日本語', '😀', '😀'.repeat(400), 'é'.repeat(5000)]) {
    const wanted = Buffer.from(text)
    assert.equal(a.send(text), wanted.length)
    if (wanted.length > 0) assert.deepEqual(b.reader().readExactly(wanted.length), wanted)
  }
  a.close()
  b.close()
})

test('send: no bytes have no effect on a stream, and are an empty datagram', () => {
  for (const nothing of ['', new Uint8Array(0), new ArrayBuffer(0), Buffer.alloc(0)] as Data[]) {
    const [stream, peer] = Socket.pair()
    assert.equal(stream.send(nothing), 0)
    stream.sendAll(nothing)
    assert.equal(peer.tryRecv(1), undefined)
    const [a, b] = Socket.pair(AF_UNIX, SOCK_DGRAM)
    assert.equal(a.send(nothing), 0)
    assert.deepEqual(b.recv(10), Buffer.alloc(0))
    a.sendAll(nothing)
    assert.deepEqual(b.recvFrom(10).data, Buffer.alloc(0))
    for (const socket of [stream, peer, a, b]) socket.close()
  }
})

test('recvInto: the memory around the part stays as it was', () => {
  const [a, b] = Socket.pair()
  const whole = Buffer.alloc(16, '.')
  a.send('x'.repeat(100))
  assert.equal(b.recvInto(whole.subarray(4, 12), { offset: 2, length: 4 }), 4)
  assert.equal(whole.toString(), '......xxxx......')
  assert.equal(b.recvInto(whole, { offset: 15 }), 1)
  assert.equal(whole.toString(), '......xxxx.....x')
  a.close()
  b.close()
})

test('recv: sizes around the limits of small and large buffers', () => {
  const [a, b] = Socket.pair(AF_UNIX, SOCK_DGRAM)
  for (const size of [1, 1023, 1024, 1025, 4095, 16383, 16384, 16385, 65535, 65536, 65537, 100_000]) {
    const data = Buffer.alloc(size, 'abcdefg')
    a.send(data)
    assert.ok(b.recv(size)!.equals(data), `${size}`)
    a.send(data)
    assert.ok(b.recv(size + 1)!.equals(data), `${size}`)
    a.send(data)
    const { data: received } = b.recvFrom(200_000)
    assert.ok(received.equals(data), `${size}`)
  }
  a.close()
  b.close()
})
