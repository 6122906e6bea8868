// ioredis over our streams, against redis-server.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { AbstractConnector, Redis } from 'ioredis'
import { needs, startRedisOnPort } from '../support/debian.js'
import { LARGE, largeBody, OPERATIONS, sha256 } from '../support/large-body.js'
import { nextEvent } from '../support/promises.js'
import { type Place, transport } from '../support/transport.js'

/** Connects by the transport, where ioredis would by node:net. */
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

/** A client that connects once and not again. */
function clientOf(context: TestContext, port: number): Redis {
  const Connector = connectorTo({ host: '127.0.0.1', port })
  const client = new Redis({ retryStrategy: () => null, maxRetriesPerRequest: 0, Connector })
  client.on('error', () => {})
  context.after(() => client.disconnect())
  return client
}

const redis = needs('redis-server')

test('ioredis: 1,000 commands one by one, and 1,000 at once', redis, async (context) => {
  const client = clientOf(context, (await startRedisOnPort(context)).port)
  for (let index = 1; index <= OPERATIONS; index++) assert.equal(await client.incr('one by one'), index)
  const pipeline = client.pipeline()
  for (let index = 1; index <= OPERATIONS; index++) pipeline.set(`key ${index}`, index)
  assert.equal((await pipeline.exec())?.length, OPERATIONS)
  const answers = await Promise.all(Array.from({ length: OPERATIONS }, (_, index) => client.get(`key ${index + 1}`)))
  assert.deepEqual(
    answers,
    answers.map((_, index) => String(index + 1)),
  )
  assert.equal(await client.quit(), 'OK')
})

test('ioredis: 50 MB there and back again', redis, async (context) => {
  const client = clientOf(context, (await startRedisOnPort(context)).port)
  const body = largeBody()
  assert.equal(await client.set('large', body), 'OK')
  assert.equal(await client.strlen('large'), LARGE)
  const answer = await client.getBuffer('large')
  assert.equal(sha256(answer!), sha256(body))
})

test('ioredis: what is published reaches who subscribed', redis, async (context) => {
  const { port } = await startRedisOnPort(context)
  const [publisher, subscriber] = [clientOf(context, port), clientOf(context, port)]
  await subscriber.subscribe('news')
  const heard: string[] = []
  const all = new Promise<void>((resolve) => {
    subscriber.on('message', (_channel, text) => {
      if (heard.push(text) === OPERATIONS) resolve()
    })
  })
  await Promise.all(Array.from({ length: OPERATIONS }, (_, index) => publisher.publish('news', String(index))))
  await all
  assert.deepEqual(
    heard,
    heard.map((_, index) => String(index)),
  )
})

test('ioredis: a client that disconnects fails what is under way, and the server serves on', redis, async (context) => {
  const { port } = await startRedisOnPort(context)
  const [leaver, stayer] = [clientOf(context, port), clientOf(context, port)]
  await leaver.ping()
  const underWay = assert.rejects(leaver.set('large', largeBody()), /Connection is closed/)
  leaver.disconnect()
  leaver.stream.destroy()
  await underWay
  assert.equal(await stayer.exists('large'), 0)
})

test('ioredis: a server that is killed fails what is under way and what comes after', redis, async (context) => {
  const { child, port } = await startRedisOnPort(context)
  const client = clientOf(context, port)
  await client.ping()
  const waiting = assert.rejects(client.blpop('nothing ever comes here', 0), /Connection is closed/)
  const gone = nextEvent(client, 'end')
  await child.stop()
  await waiting
  await gone
  await assert.rejects(client.get('x'), /Connection is closed/)
})
