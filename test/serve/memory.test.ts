// The memory of the bytes that a handler gets: a Buffer of its own, or with reuseBuffer a view of shared memory.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attach, type Connection } from 'berkeley'
import { turns } from '../support/event-loop.js'
import { tcpPair } from '../support/pairs.js'

test('reuseBuffer: every message is a view of the same memory', async () => {
  const [inner, peer] = tcpPair()
  const seen: Buffer[] = []
  const texts: string[] = []
  attach(
    inner,
    {
      data(self, bytes) {
        seen.push(bytes)
        texts.push(String(bytes))
        self.write(bytes)
      },
    },
    { reuseBuffer: true },
  )
  for (const text of ['one', 'two', 'three']) {
    peer.sendAll(text)
    await turns(5)
    assert.equal(String(peer.tryRecv(10)), text)
  }
  assert.deepEqual(texts, ['one', 'two', 'three'])
  // The first message of a connection is received alone, small ones after it in a batch with other connections.
  for (const { buffer } of seen) assert.equal(buffer, seen[0]!.buffer)
  peer.close()
})

test('attach: without reuseBuffer, each message is a Buffer of its own', async () => {
  const [inner, peer] = tcpPair()
  const seen: Buffer[] = []
  attach(inner, { data: (_, bytes) => void seen.push(bytes) })
  for (const text of ['one', 'two', 'three']) {
    peer.sendAll(text)
    await turns(5)
  }
  assert.deepEqual(seen.map(String), ['one', 'two', 'three'])
  peer.close()
})

type Transferable = ArrayBuffer & { transfer(): ArrayBuffer }
const noTransfer = 'transfer' in ArrayBuffer.prototype ? false : 'this runtime has no ArrayBuffer.prototype.transfer'

/** Transfers the memory. Node 22 ignores that it is marked untransferable; later versions throw. */
function transfer({ buffer }: Buffer): void {
  try {
    ;(buffer as Transferable).transfer()
  } catch {}
}

test('reuseBuffer: memory that a handler has transferred is replaced', { skip: noTransfer }, async () => {
  const [inner, peer] = tcpPair()
  const received: number[] = []
  attach(
    inner,
    {
      data: (_, bytes) => {
        received.push(bytes.length)
        transfer(bytes)
      },
    },
    { reuseBuffer: true },
  )
  const isAll = (sent: number): boolean => received.reduce((sum, length) => sum + length, 0) === sent
  let sent = 0
  // Small messages are received in a batch, large ones alone.
  for (const length of [1, 1, 1, 10_000, 10_000, 1, 1]) {
    peer.sendAll(Buffer.alloc(length))
    sent += length
    for (let tries = 0; tries < 1000 && !isAll(sent); tries++) await turns(1)
    assert.ok(isAll(sent), `${received}`)
  }
  peer.close()
})

test('reuseBuffer: memory that a handler has transferred loses no message of other connections', {
  skip: noTransfer,
}, async () => {
  const received: string[] = []
  const peers = Array.from({ length: 8 }, (_, number) => {
    const [inner, peer] = tcpPair()
    received.push('')
    const data = (_: Connection, bytes: Buffer): void => {
      received[number] += String(bytes)
      if (number % 2 === 0) transfer(bytes)
    }
    attach(inner, { data }, { reuseBuffer: number % 2 === 0 })
    return peer
  })
  let expected = ''
  for (const text of ['a', 'b', 'c', 'd']) {
    for (const peer of peers) peer.sendAll(text)
    expected += text
    for (let tries = 0; tries < 1000 && received.some((each) => each !== expected); tries++) await turns(1)
    assert.deepEqual(received, Array(8).fill(expected))
  }
  for (const peer of peers) peer.close()
})
