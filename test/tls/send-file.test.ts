// sendFile over TLS: parts, the file's own position, waiting, and files that change meanwhile.

import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { closeSync, ftruncateSync, openSync, readSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { connectTls, openTls, Socket, type SocketError, type TlsSocket } from 'berkeley'
import type { Digest } from '../fixtures/tls/node-digest.js'
import { noOpenSsl } from '../support/certificates.js'
import { temporaryFolder } from '../support/folders.js'
import { startWorker } from '../support/threads.js'
import { certificates, finishHandshake, tlsPair, unfinishedPair } from '../support/tls.js'

const options = { skip: noOpenSsl, timeout: 120_000 }
const folder = temporaryFolder()
const TEXT = 'The quick brown fox jumps over the lazy dog.'
const MEBIBYTE = 1 << 20

const files: number[] = []
after(() => files.forEach(closeSync))

/** A new file of these bytes, open for reading and writing. */
function fileOf(bytes: string | Buffer): number {
  const path = join(folder, `file-${files.length}`)
  writeFileSync(path, bytes)
  const file = openSync(path, 'r+')
  files.push(file)
  return file
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** Where the file's own position is, which the next byte of it shows. */
function nextByte(file: number): string {
  const byte = Buffer.alloc(1)
  return readSync(file, byte) === 0 ? 'the end' : String(byte)
}

/** Receives what there is, without waiting. */
function drain(socket: TlsSocket): Buffer {
  const parts: Buffer[] = []
  for (let part = socket.tryRecv(MEBIBYTE); part; part = socket.tryRecv(MEBIBYTE)) parts.push(part)
  return Buffer.concat(parts)
}

/** A server of node:tls in a thread, which digests what each connection sends. */
async function startDigest(context: TestContext): Promise<{ port: number; next: () => Promise<Digest> }> {
  const { cert, key } = certificates.good
  const { next } = startWorker('tls/node-digest', { workerData: { cert, key }, context })
  return { port: await next<number>(), next: () => next<Digest>() }
}

const trusted = () => ({ ca: certificates.root.cert, servername: 'localhost', timeout: 60_000 })

for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
  test(`sendFile: files of each size arrive whole at a server of node:tls, ${maxVersion}`, options, async (context) => {
    const { port, next } = await startDigest(context)
    for (const size of [0, 1, 16384, 16385, MEBIBYTE, MEBIBYTE + 1]) {
      const bytes = randomBytes(size)
      const file = fileOf(bytes)
      using client = connectTls({ host: '127.0.0.1', port }, { ...trusted(), maxVersion })
      let total = 0
      for (let sent = -1; sent !== 0; total += sent) sent = client.sendFile(file)
      assert.equal(total, size)
      client.shutdown('write')
      assert.equal((await next()).sha256, sha256(bytes))
    }
  })
}

test('sendFile: 50 MB arrive whole, blocking and awaited', options, async (context) => {
  const { port, next } = await startDigest(context)
  const bytes = randomBytes(50_000_000)
  const file = fileOf(bytes)
  using client = connectTls({ host: '127.0.0.1', port }, trusted())
  assert.equal(client.sendFileAll(file, { offset: 0 }), bytes.length)
  client.shutdown('write')
  assert.equal((await next()).sha256, sha256(bytes))

  using awaited = await openTls({ host: '127.0.0.1', port }, trusted())
  assert.equal(await awaited.sendFileAll(file, { offset: 0 }), bytes.length)
  await awaited.shutdown('write')
  assert.equal((await next()).sha256, sha256(bytes))
})

test('sendFile: parts and the file’s own position are those of a plain socket', options, () => {
  const { client, server } = tlsPair()
  const plain = Socket.pair()
  for (const [sender, receiver] of [plain, [client, server]] as const) {
    const file = fileOf(TEXT)
    assert.equal(sender.sendFile(file, { offset: 4, length: 5 }), 5)
    assert.equal(String(receiver.recv(100)), 'quick')
    assert.equal(sender.trySendFile(file, { offset: 35 }), 9)
    assert.equal(String(receiver.recv(100)), 'lazy dog.')
    assert.equal(sender.sendFile(file, { offset: TEXT.length + 1000 }), 0)
    // The position has not moved.
    assert.equal(sender.sendFile(file, { length: 3 }), 3)
    assert.equal(String(receiver.recv(100)), 'The')
    assert.equal(nextByte(file), ' ')
    assert.equal(sender.trySendFile(file), TEXT.length - 4)
    assert.equal(String(receiver.recv(100)), TEXT.slice(4))
    assert.equal(nextByte(file), 'the end')
    assert.equal(sender.sendFile(file), 0)
    assert.equal(receiver.tryRecv(1), undefined)
  }
  for (const socket of [...plain, client, server]) socket.close()
})

test('sendFile: what cannot be sent is refused, and the connection goes on', options, async () => {
  const { client, server } = tlsPair()
  const [a, b] = Socket.pair()
  const invalid = { name: 'SocketError', code: 'EINVAL', syscall: 'sendfile' }
  const directory = openSync(folder, 'r')
  const terminalLike = openSync('/dev/zero', 'r')
  assert.throws(() => client.sendFile(directory), invalid)
  assert.throws(() => client.sendFile(terminalLike, { offset: 0 }), invalid)
  assert.throws(() => client.sendFile(a.fd), invalid)
  closeSync(directory)
  closeSync(terminalLike)
  const writeOnly = openSync(join(folder, 'write-only'), 'w')
  assert.throws(() => client.sendFile(writeOnly), { code: 'EBADF', syscall: 'sendfile' })
  closeSync(writeOnly)
  assert.throws(() => client.sendFile(-1), { code: 'ERR_OUT_OF_RANGE' })
  assert.throws(() => client.sendFile(0x7fff_ffff), { code: 'EBADF' })
  const handle = await open(join(folder, 'file-0'))
  await handle.close()
  assert.throws(() => client.sendFile(handle), { name: 'RangeError', code: 'ERR_OUT_OF_RANGE' })
  client.sendFile(fileOf('still here'))
  assert.equal(String(server.recv(100)), 'still here')
  client.shutdown('write')
  assert.throws(() => client.sendFile(fileOf(TEXT)), { code: 'EPIPE', syscall: 'sendfile' })
  for (const socket of [client, server, a, b]) socket.close()
})

test('sendFile: to a full peer it would block, waits until its timeout, and goes on', options, () => {
  const { client, server } = tlsPair()
  const bytes = randomBytes(4 * MEBIBYTE)
  const file = fileOf(bytes)
  const received: Buffer[] = []
  let sent = 0
  for (let part = client.trySendFile(file); part !== undefined; part = client.trySendFile(file)) sent += part
  assert.ok(sent > 0 && sent < bytes.length)
  assert.throws(() => client.sendFile(file, { timeout: 20 }), { code: 'ERR_SOCKET_TIMEOUT', syscall: 'sendfile' })
  client.setBlocking(false)
  assert.throws(() => client.sendFile(file), { name: 'WouldBlockError', code: 'EAGAIN', syscall: 'sendfile' })
  client.setTimeout(20)
  while (sent < bytes.length) {
    received.push(drain(server))
    // The kernel takes a part, and the rest is left when the time is over.
    sent += client.sendFile(file)
  }
  assert.equal(client.sendFile(file, { timeout: 0 }), 0)
  received.push(drain(server))
  client.shutdown('write')
  received.push(server.reader().readAll())
  assert.ok(Buffer.concat(received).equals(bytes))
  client.close()
  server.close()
})

test('sendFile: a file that is cut while it is sent ends there', options, () => {
  const { client, server } = tlsPair()
  const bytes = randomBytes(4 * MEBIBYTE)
  const file = fileOf(bytes)
  let sent = 0
  for (let part = client.trySendFile(file); part !== undefined; part = client.trySendFile(file)) sent += part
  ftruncateSync(file, sent + 10_000)
  const received = [drain(server)]
  for (let part = -1; part !== 0; sent += part) {
    part = client.sendFile(file)
    received.push(drain(server))
  }
  client.shutdown('write')
  received.push(server.reader().readAll())
  const whole = Buffer.concat(received)
  assert.equal(whole.length, sent)
  assert.ok(whole.equals(bytes.subarray(0, sent)))
  ftruncateSync(file, 0)
  client.close()
  server.close()
})

test('sendFile: the handshake is a part of it', options, async () => {
  const { client, server } = unfinishedPair()
  const [a, b] = [client.toAsync(), server.toAsync()]
  for (const socket of [a, b]) socket.setTimeout(60_000)
  const [sent, received] = await Promise.all([a.sendFile(fileOf(TEXT)), b.recv(100)])
  assert.deepEqual([sent, String(received)], [TEXT.length, TEXT])
  a.close()
  b.close()
})

test('sendFile: a file that the program closes during the handshake is not read', options, async () => {
  const handle = await open(join(folder, 'file-0'))
  let closing: Promise<void> | undefined
  const keylog = (): void => {
    closing ??= handle.close()
  }
  const { client, server } = unfinishedPair({ client: { keylog } })
  let code: string | undefined
  for (let round = 0; round < 100 && code === undefined; round++) {
    server.tryHandshake()
    try {
      client.trySendFile(handle, { offset: 0 })
    } catch (error) {
      ;({ code } = error as { code: string })
    }
  }
  assert.equal(code, 'ERR_OUT_OF_RANGE')
  await closing
  finishHandshake({ client, server })
  assert.equal(server.tryRecv(1), undefined)
  client.close()
  server.close()
})

test(
  'sendFileAll: returns where the kernel has all of it, and times out otherwise, though TLS has taken all',
  options,
  () => {
    const file = fileOf(Buffer.alloc(MEBIBYTE, 'text'))
    let timeouts = 0
    for (let length = 16_384; length < 400_000; length += 32_768) {
      const { client, server } = tlsPair()
      try {
        assert.equal(client.sendFileAll(file, { offset: 0, length, timeout: 20 }), length)
        assert.equal(drain(server).length, length)
      } catch (error) {
        assert.equal((error as SocketError).code, 'ERR_SOCKET_TIMEOUT')
        timeouts++
      }
      client.close()
      server.close()
    }
    assert.ok(timeouts > 0)
  },
)

test('sendFileAll: bytesSent counts what TLS has taken, so that the rest follows it', options, async () => {
  const bytes = randomBytes(3 * MEBIBYTE)
  const file = fileOf(bytes)
  const pair = tlsPair()
  const [client, server] = [pair.client.toAsync(), pair.server.toAsync()]
  const { code, bytesSent } = await client.sendFileAll(file, { offset: 0, timeout: 50 }).catch((error) => error)
  assert.equal(code, 'ERR_SOCKET_TIMEOUT')
  const received = server.reader().readExactly(bytes.length)
  assert.equal(await client.sendFileAll(file, { offset: bytesSent }), bytes.length - bytesSent)
  assert.ok((await received)!.equals(bytes))
  client.close()
  server.close()
})
