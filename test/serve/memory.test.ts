// The memory in which a handler is shown what has come: its own, or that of the server.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attach, type Connection } from 'berkeley'
import { turns } from '../support/event-loop.js'
import { tcpPair } from '../support/pairs.js'

test('memory that is used again is that of every message', async () => {
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
  // The first of a connection comes by itself, small ones after it together with those of others.
  for (const { buffer } of seen) assert.equal(buffer, seen[0]!.buffer)
  peer.close()
})

test('bytes are the handler’s own unless the buffer is used again', async () => {
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

/** Node 22 does not heed the mark that the memory has, later ones throw. */
function giveAway({ buffer }: Buffer): void {
  try {
    ;(buffer as Transferable).transfer()
  } catch {}
}

test('memory that was given away all the same is made anew', { skip: noTransfer }, async () => {
  const [inner, peer] = tcpPair()
  const received: number[] = []
  attach(
    inner,
    {
      data: (_, bytes) => {
        received.push(bytes.length)
        giveAway(bytes)
      },
    },
    { reuseBuffer: true },
  )
  const isAll = (sent: number): boolean => received.reduce((sum, length) => sum + length, 0) === sent
  let sent = 0
  // Small ones are received for many connections at once, large ones for one.
  for (const length of [1, 1, 1, 10_000, 10_000, 1, 1]) {
    peer.sendAll(Buffer.alloc(length))
    sent += length
    for (let tries = 0; tries < 1000 && !isAll(sent); tries++) await turns(1)
    assert.ok(isAll(sent), `${received}`)
  }
  peer.close()
})

test('memory that is given away takes nothing of what came for others in the same turn', {
  skip: noTransfer,
}, async () => {
  const received: string[] = []
  const peers = Array.from({ length: 8 }, (_, number) => {
    const [inner, peer] = tcpPair()
    received.push('')
    const data = (_: Connection, bytes: Buffer): void => {
      received[number] += String(bytes)
      if (number % 2 === 0) giveAway(bytes)
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
