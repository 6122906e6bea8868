// ioredis over SocketDuplex, against redis-server.

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { AbstractConnector, Redis } from 'ioredis'
import { needs, startRedisOnPort } from '../support/debian.js'
import { LARGE, largeBody, OPERATIONS, sha256 } from '../support/large-body.js'
import { nextEvent } from '../support/promises.js'
import { type Place, transport } from '../support/transport.js'

/** Connects by the transport instead of by node:net. */
function connectorTo(place: Place): new () => AbstractConnector {
  return class extends AbstractConnector {
    constructor() {
      super(1000)
    }

    async connect() {
      this.connecting = true
      this.stream = await transport.open(place)
      return this.stream
    }
  }
}

/** A client that does not reconnect. */
function clientOf(context: TestContext, port: number): Redis {
  const Connector = connectorTo({ host: '127.0.0.1', port })
  const client = new Redis({ retryStrategy: () => null, maxRetriesPerRequest: 0, Connector })
  client.on('error', () => {})
  context.after(() => client.disconnect())
  return client
}

const redis = needs('redis-server')

test('ioredis: 1,000 commands one by one, and 1,000 pipelined', redis, async (context) => {
  const client = clientOf(context, (await startRedisOnPort(context)).port)
  for (let index = 1; index <= OPERATIONS; index++) assert.equal(await client.incr('one by one'), index)
  const pipeline = client.pipeline()
  for (let index = 1; index <= OPERATIONS; index++) pipeline.set(`key ${index}`, index)
  assert.equal((await pipeline.exec())?.length, OPERATIONS)
  const values = await Promise.all(Array.from({ length: OPERATIONS }, (_, index) => client.get(`key ${index + 1}`)))
  assert.deepEqual(
    values,
    values.map((_, index) => String(index + 1)),
  )
  assert.equal(await client.quit(), 'OK')
})

test('ioredis: 50 MB to the server and back', redis, async (context) => {
  const client = clientOf(context, (await startRedisOnPort(context)).port)
  const body = largeBody()
  assert.equal(await client.set('large', body), 'OK')
  assert.equal(await client.strlen('large'), LARGE)
  const stored = await client.getBuffer('large')
  assert.equal(sha256(stored!), sha256(body))
})

test('ioredis: a subscriber receives 1,000 published messages in order', redis, async (context) => {
  const { port } = await startRedisOnPort(context)
  const [publisher, subscriber] = [clientOf(context, port), clientOf(context, port)]
  await subscriber.subscribe('news')
  const received: string[] = []
  const all = new Promise<void>((resolve) => {
    subscriber.on('message', (_channel, text) => {
      if (received.push(text) === OPERATIONS) resolve()
    })
  })
  await Promise.all(Array.from({ length: OPERATIONS }, (_, index) => publisher.publish('news', String(index))))
  await all
  assert.deepEqual(
    received,
    received.map((_, index) => String(index)),
  )
})

test('ioredis: disconnect fails the pending command, and other clients continue', redis, async (context) => {
  const { port } = await startRedisOnPort(context)
  const [disconnecting, other] = [clientOf(context, port), clientOf(context, port)]
  await disconnecting.ping()
  const failed = assert.rejects(disconnecting.set('large', largeBody()), /Connection is closed/)
  disconnecting.disconnect()
  disconnecting.stream.destroy()
  await failed
  assert.equal(await other.exists('large'), 0)
})

test('ioredis: a server that is killed fails the pending and later commands', redis, async (context) => {
  const { child, port } = await startRedisOnPort(context)
  const client = clientOf(context, port)
  await client.ping()
  const failed = assert.rejects(client.blpop('an empty list', 0), /Connection is closed/)
  const ended = nextEvent(client, 'end')
  await child.stop()
  await failed
  await ended
  await assert.rejects(client.get('x'), /Connection is closed/)
})
