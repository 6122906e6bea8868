// The memory in which a handler is shown what has come: its own, or that of the server.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attach } from 'berkeley'
import { turns } from './awaiting.js'
import { tcpPair } from './pairs.js'

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
  assert.equal(seen[1]!.buffer, seen[2]!.buffer)
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

test('memory that was given away all the same is made anew', async () => {
  // Node 20 has no such method, and that of Node 22 does not heed the mark that the memory has. Node 24's does.
  type Transferable = ArrayBuffer & { transfer?(): ArrayBuffer }
  const [inner, peer] = tcpPair()
  const received: number[] = []
  attach(
    inner,
    {
      data: (_, bytes) => {
        received.push(bytes.length)
        try {
          ;(bytes.buffer as Transferable).transfer?.()
        } catch {
          // It is marked.
        }
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
