// What tests of awaited sockets need: connected pairs, and what promises come to.

import assert from 'node:assert/strict'
import { AsyncSocket, type InetAddress, Socket } from 'berkeley'
import { openDescriptors } from './descriptors.js'
import { fill, tcpPair } from './pairs.js'

/** The two ends of a TCP connection, both awaited. */
export function asyncPair(): [AsyncSocket, AsyncSocket] {
  const [a, b] = tcpPair()
  return [a.toAsync(), b.toAsync()]
}

/** A socket that cannot send, and its peer, which receives nothing: both awaited. */
export function fullPair(): [AsyncSocket, AsyncSocket] {
  // Not TCP, which finds more room as time goes by.
  const [a, b] = Socket.pair()
  fill(a)
  return [a.toAsync(), b.toAsync()]
}

/** A listening TCP socket of the loopback interface. */
export function asyncListener(): AsyncSocket {
  const listener = new AsyncSocket()
  listener.bind({ host: '127.0.0.1', port: 0 })
  listener.listen()
  return listener
}

/** Where a socket of IPv4 is bound. */
export function boundTo(socket: AsyncSocket): InetAddress {
  return socket.getSockName() as InetAddress
}

/** A promise, and what settles it. */
export function signal<Value = void>(): { promise: Promise<Value>; give: (value: Value) => void } {
  let give!: (value: Value) => void
  const promise = new Promise<Value>((resolve) => {
    give = resolve
  })
  return { promise, give }
}

/** Lets the event loop turn, and the reactor tell what is ready by now: a thread may have to wake for that. */
export async function turns(count = 3): Promise<void> {
  for (let turn = 0; turn < count; turn++) {
    const [a, b] = AsyncSocket.pair()
    const told = a.recv(1)
    b.trySend('x')
    await told
    a.close()
    b.close()
    await new Promise(setImmediate)
  }
}

/** Whether a promise still waits after a few turns of the event loop. */
export async function waits(promise: Promise<unknown>): Promise<boolean> {
  let settled = false
  const note = (): void => {
    settled = true
  }
  promise.then(note, note)
  await turns()
  return !settled
}

/** Expects a rejection, and answers what it was. */
export async function failure(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await promise
  } catch (error) {
    return error as Error & Record<string, unknown>
  }
  return assert.fail('it was not rejected')
}

/** Expects `act` to reject after at least `ms`. */
export async function rejectsAfter(ms: number, act: () => Promise<unknown>, expected: object): Promise<void> {
  const start = performance.now()
  const error = await failure(act())
  const elapsed = performance.now() - start
  assert.throws(() => {
    throw error
  }, expected)
  assert.ok(elapsed >= ms, `it ended after ${elapsed} ms, which is less than ${ms} ms`)
  assert.ok(elapsed < ms + 5000, `it ended after ${elapsed} ms only`)
}

/** Receives until so many bytes have come. */
export async function receiveExactly(socket: AsyncSocket, count: number): Promise<Buffer> {
  return (await socket.reader().readExactly(count)) ?? Buffer.alloc(0)
}

/** Receives until the end. */
export async function receiveAll(socket: AsyncSocket): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of socket.chunks()) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Has the reactor open what it needs for itself, so that descriptors can be counted. */
export async function startReactor(): Promise<void> {
  const [a, b] = AsyncSocket.pair()
  await assert.rejects(a.recv(1, { timeout: 1 }))
  a.close()
  b.close()
}

/** Expects so many descriptors to be open, as soon as a lookup that was given up has closed those of its own. */
export async function descriptorsAre(count: number): Promise<void> {
  const deadline = performance.now() + 5000
  while (openDescriptors() !== count && performance.now() < deadline) await new Promise((next) => setTimeout(next, 5))
  assert.equal(openDescriptors(), count, 'descriptors were left open')
}
