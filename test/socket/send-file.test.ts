// sendFile: sends a file or a part of it.

import assert from 'node:assert/strict'
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type AsyncSocket, Socket, type SocketError } from 'berkeley'
import { temporaryFolder } from '../support/folders.js'
import { fill, tcpPair } from '../support/pairs.js'
import { failsAfter } from '../support/timing.js'

const path = join(temporaryFolder(), 'file')
const TEXT = 'The quick brown fox jumps over the lazy dog.'
writeFileSync(path, TEXT)
const file = openSync(path, 'r')
after(() => closeSync(file))

test('sendFile: with an offset it sends a part, and does not move the file’s position', () => {
  const [a, b] = Socket.pair()
  assert.equal(a.sendFile(file, { offset: 4, length: 5 }), 5)
  assert.equal(b.recv(100)!.toString(), 'quick')
  assert.equal(a.sendFile(file, { offset: 35 }), 9)
  assert.equal(b.recv(100)!.toString(), 'lazy dog.')
  assert.equal(a.trySendFile(file, { offset: 0, length: 3 }), 3)
  assert.equal(b.recv(100)!.toString(), 'The')
  a.close()
  b.close()
})

test('sendFile: without an offset it sends from the file’s position, and moves it', () => {
  const own = openSync(path, 'r')
  const [a, b] = tcpPair()
  assert.equal(a.sendFile(own, { length: 10 }), 10)
  assert.equal(a.sendFile(own), TEXT.length - 10)
  assert.equal(a.sendFile(own), 0)
  assert.equal(b.reader().readExactly(TEXT.length)!.toString(), TEXT)
  closeSync(own)
  a.close()
  b.close()
})

test('sendFile: returns 0 at the end of the file, and beyond', () => {
  const [a, b] = Socket.pair()
  assert.equal(a.sendFile(file, { offset: TEXT.length }), 0)
  assert.equal(a.trySendFile(file, { offset: TEXT.length + 1000 }), 0)
  assert.equal(b.tryRecv(1), undefined)
  a.close()
  b.close()
})

test('sendFile: takes a FileHandle of node:fs', async () => {
  const handle = await open(path)
  const [a, b] = Socket.pair()
  assert.equal(a.sendFile(handle, { offset: 0 }), TEXT.length)
  assert.equal(b.recv(100)!.toString(), TEXT)
  await handle.close()
  assert.throws(() => a.sendFile(handle), { name: 'RangeError', code: 'ERR_OUT_OF_RANGE' })
  a.close()
  b.close()
})

test('sendFile: to a full peer it would block, or waits until its timeout', () => {
  const [a, b] = Socket.pair()
  fill(a)
  assert.equal(a.trySendFile(file, { offset: 0 }), undefined)
  assert.throws(() => a.sendFile(file, { offset: 0, timeout: 20 }), { code: 'ERR_SOCKET_TIMEOUT', syscall: 'sendfile' })
  a.setBlocking(false)
  assert.throws(() => a.sendFile(file, { offset: 0 }), { name: 'WouldBlockError', code: 'EAGAIN', syscall: 'sendfile' })
  a.close()
  b.close()
})

test('trySendFile: a large file arrives whole, in several parts', () => {
  const large = join(temporaryFolder(), 'large')
  const data = Buffer.alloc(5_000_000, TEXT)
  writeFileSync(large, data)
  const source = openSync(large, 'r')
  const [a, b] = tcpPair()
  const parts: Buffer[] = []
  let offset = 0
  for (let sent = -1; sent !== 0; ) {
    sent = a.trySendFile(source, { offset }) ?? -1
    if (sent > 0) offset += sent
    for (let part = b.tryRecv(1_000_000); part; part = b.tryRecv(1_000_000)) parts.push(part)
  }
  a.close()
  parts.push(...b.chunks())
  assert.ok(Buffer.concat(parts).equals(data))
  closeSync(source)
  b.close()
})

test('sendFile: a folder and a socket are refused', () => {
  const folder = openSync(temporaryFolder(), 'r')
  const [a, b] = Socket.pair()
  assert.throws(() => a.sendFile(folder), { name: 'SocketError', syscall: 'sendfile' })
  assert.throws(() => a.sendFile(b.fd), { name: 'SocketError', code: 'EINVAL', syscall: 'sendfile' })
  closeSync(folder)
  a.close()
  b.close()
})

/** More than the kernel takes for a peer that does not read. */
const LARGE = Buffer.alloc(20_000_000, 'a line of text that has some length\n')
const largePath = join(temporaryFolder(), 'large')
writeFileSync(largePath, LARGE)
const large = openSync(largePath, 'r')
after(() => closeSync(large))

test('sendFileAll: sends what the options name, up to the end of the file, and moves its position only without an offset', () => {
  const [a, b] = Socket.pair()
  const received = (): string => String(b.recv(100))
  assert.equal(a.sendFileAll(file, { offset: 4, length: 5 }), 5)
  assert.equal(received(), 'quick')
  assert.equal(a.sendFileAll(file, { offset: 35 }), 9)
  assert.equal(received(), 'lazy dog.')
  assert.equal(a.sendFileAll(file, { offset: 40, length: 1000 }), 4, 'the file ends before')
  assert.equal(received(), 'dog.')
  assert.equal(a.sendFileAll(file, { offset: TEXT.length }), 0)
  assert.equal(a.sendFileAll(file, { length: 0 }), 0)
  assert.throws(() => a.sendFile(file, { length: 0 }), { code: 'ERR_OUT_OF_RANGE' })
  const own = openSync(path, 'r')
  assert.equal(a.sendFileAll(own, { length: 10 }), 10)
  assert.equal(received(), 'The quick ')
  assert.equal(a.sendFileAll(own), TEXT.length - 10)
  assert.equal(received(), TEXT.slice(10))
  closeSync(own)
  a.close()
  b.close()
})

test('sendFileAll: one limit holds for the whole, and the error says how much was sent', () => {
  const [a, b] = tcpPair()
  const timedOut = { name: 'SocketTimeoutError', syscall: 'sendfile', timeout: 60 }
  const error = failsAfter(60, () => a.sendFileAll(large, { offset: 0, timeout: 60 }), timedOut) as SocketError
  const sent = error.bytesSent!
  assert.ok(sent > 0 && sent < LARGE.length, String(sent))
  a.close()
  const received = b.reader().readAll()
  assert.ok(received.equals(LARGE.subarray(0, sent)))
  b.close()
})

test('sendFileAll: in non-blocking mode it sends what the kernel takes, and the error says how much that was', () => {
  const [a, b] = Socket.pair()
  a.setBlocking(false)
  const { bytesSent } = failsAfter(0, () => a.sendFileAll(large, { offset: 0 }), { code: 'EAGAIN' }) as SocketError
  assert.ok(bytesSent! > 0)
  a.close()
  assert.ok(b.reader().readAll().equals(LARGE.subarray(0, bytesSent)))
  b.close()
})

test('sendFileAll: an awaited one sends all, and one that is aborted says how much', async () => {
  const [a, b] = tcpPair().map((socket) => socket.toAsync()) as [AsyncSocket, AsyncSocket]
  const abort = new AbortController()
  const aborted = a.sendFileAll(large, { offset: 0, length: 10_000_000, signal: abort.signal })
  const block = (await b.recv(1000))!
  abort.abort()
  const { code, bytesSent } = await aborted.catch((error) => error)
  assert.equal(code, 'ABORT_ERR')
  const whole = b.reader().readAll()
  assert.equal(await a.sendFileAll(large, { offset: bytesSent }), LARGE.length - bytesSent)
  a.close()
  assert.ok(Buffer.concat([block, await whole]).equals(LARGE))
  b.close()
})

test('sendFileAll: while an awaited one sends, nothing else is sent in between', async () => {
  const [a, b] = tcpPair().map((socket) => socket.toAsync()) as [AsyncSocket, AsyncSocket]
  const sending = a.sendFileAll(large, { offset: 0 })
  const busy = { code: 'ERR_SOCKET_BUSY' }
  await assert.rejects(a.sendAll('XYZ'), busy)
  await assert.rejects(a.sendFile(large, { offset: 0 }), busy)
  await assert.rejects(a.sendFileAll(large, { offset: 0 }), busy)
  const received = b.reader().readExactly(LARGE.length)
  assert.equal(await sending, LARGE.length)
  await a.sendAll('end')
  a.close()
  assert.ok((await received)!.equals(LARGE))
  assert.equal(String(await b.reader().readAll()), 'end')
  b.close()
})

test('sendFileAll: of a passed deadline, and of a closed socket', async () => {
  const [a, b] = Socket.pair()
  const passed = { deadline: performance.now() - 1 }
  assert.throws(() => a.sendFileAll(file, passed), { code: 'ERR_SOCKET_TIMEOUT', bytesSent: 0 })
  const awaited = a.toAsync()
  await assert.rejects(awaited.sendFileAll(file, passed), { code: 'ERR_SOCKET_TIMEOUT', bytesSent: 0 })
  awaited.close()
  await assert.rejects(awaited.sendFileAll(file, { length: 0 }), { code: 'ERR_SOCKET_CLOSED' })
  b.close()
  assert.throws(() => b.sendFileAll(file, { length: 0 }), { code: 'ERR_SOCKET_CLOSED' })
})
