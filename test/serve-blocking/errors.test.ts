// The errors of handlers, as the `error` event of a server of threads has them.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { inspect } from 'node:util'
import {
  AbortError,
  createConnection,
  ResolveError,
  SocketError,
  SocketTimeoutError,
  serveBlocking,
  TlsError,
  WouldBlockError,
} from 'berkeley'

// biome-ignore lint/suspicious/noExplicitAny: the tests read what the handlers' errors may have
type Received = any

const limits = { timeout: 60_000 }
const server = serveBlocking(
  { host: '127.0.0.1', port: 0, threads: 1 },
  new URL('../fixtures/serve-blocking/throwing.js', import.meta.url),
)
let replaced = 0
server.on('replace', () => replaced++)
after(() => server.close({ drainMs: 0 }))

/** The error that the handler throws for a command. */
async function thrownFor(command: string, more = ''): Promise<Received> {
  const thrown = once(server, 'error')
  const { host, port } = server.address
  using client = createConnection({ host, port })
  client.sendAll(`${command}\n`)
  if (more !== '') {
    client.sendAll(more)
    client.shutdown('write')
  }
  const [error] = await thrown
  // Whatever shows the error must be able to.
  assert.equal(typeof inspect(error), 'string')
  return error
}

test('serveBlocking: errors of the library are of its classes, with their fields', limits, async () => {
  const refused = await thrownFor('refused')
  assert.ok(refused instanceof SocketError)
  assert.equal(Object.getPrototypeOf(refused), SocketError.prototype)
  const { code, errno, syscall, address, port } = refused
  assert.deepEqual([code, errno, syscall, address, port], ['ECONNREFUSED', -111, 'connect', '127.0.0.1', 1])
  assert.match(refused.stack ?? '', /^SocketError: connect ECONNREFUSED.*\n.*throwing/)
  assert.deepEqual(Object.keys(refused), ['code', 'errno', 'syscall', 'address', 'port'])

  const timeout = await thrownFor('timeout')
  assert.ok(timeout instanceof SocketTimeoutError)
  assert.deepEqual([timeout.name, timeout.timeout], ['SocketTimeoutError', 1])
  assert.ok((await thrownFor('would block')) instanceof WouldBlockError)
  assert.ok((await thrownFor('lookup')) instanceof ResolveError)
  const tls = await thrownFor('tls')
  assert.ok(tls instanceof TlsError)
  assert.deepEqual([tls.code, tls.host], ['CERT_HAS_EXPIRED', 'example.org'])
  const aborted = await thrownFor('abort')
  assert.ok(aborted instanceof AbortError)
  assert.ok(aborted.cause instanceof SocketTimeoutError)
})

test('serveBlocking: partial of an error is a Buffer, with its bytes alone', limits, async () => {
  const { code, partial } = await thrownFor('partial', 'half')
  assert.equal(code, 'ERR_UNEXPECTED_END')
  assert.ok(Buffer.isBuffer(partial))
  assert.equal(partial.toString(), 'half')
  assert.equal(partial.buffer.byteLength, 4)
})

test('serveBlocking: errors of the language are themselves, with cause and errors', limits, async () => {
  const several = await thrownFor('aggregate')
  assert.ok(several instanceof AggregateError)
  assert.equal(several.errors.length, 2)
  assert.ok(several.errors[0] instanceof RangeError)
  assert.equal(several.errors[1], 'two')
  assert.ok((await thrownFor('syntax')) instanceof SyntaxError)
  assert.ok((await thrownFor('later')) instanceof TypeError)
  const { cause } = await thrownFor('cause')
  assert.ok(cause instanceof RangeError)
  assert.deepEqual([cause.message, cause.cause], ['inner', { bytes: 7 }])
})

test('serveBlocking: errors of the program are of the class that they extend, with their names', limits, async () => {
  const mine = await thrownFor('with name')
  assert.equal(Object.getPrototypeOf(mine), TypeError.prototype)
  assert.deepEqual([mine.name, mine.message, mine.count], ['WithName', 'mine', 3])
  assert.deepEqual(mine.seen, new Map([['at', new Date(0)]]))
  assert.deepEqual(Object.keys(mine), ['name', 'count', 'seen'])
  const other = await thrownFor('without name')
  assert.ok(other instanceof SocketError)
  assert.deepEqual([other.name, other.code], ['WithoutName', 'E_MINE'])
})

test('serveBlocking: an error that cannot be read or cloned is reported without those parts', limits, async () => {
  const unreadable = await thrownFor('unreadable')
  assert.ok(unreadable instanceof RangeError)
  assert.deepEqual({ ...unreadable }, { code: 'E_KEPT' })
  const circle = await thrownFor('circle')
  assert.equal(circle.cause.cause, circle)
  assert.equal((await thrownFor('chain')).cause.message, '998')
  assert.equal((await thrownFor('hostile')).message.slice(0, 42), 'a value that is not an Error was thrown: E')
  assert.equal((await thrownFor('hostile cause')).message, 'with a cause')
  assert.equal((await thrownFor('odd name')).name, 'Error')
  assert.equal((await thrownFor('deep')).message, 'deep')
  assert.deepEqual({ ...(await thrownFor('socket')) }, { code: 'E_KEPT' })
  assert.match((await thrownFor('no error')).message, /cannot be shown/)
  assert.equal(replaced, 0, 'no thread has ended')
})

test('serveBlocking: an error outside of a handler is of its class, too', limits, async () => {
  const failing = serveBlocking(
    { host: '127.0.0.1', port: 0, threads: 1 },
    new URL('../fixtures/serve-blocking/failing.js', import.meta.url),
  )
  const [error, { peerAddress }] = await once(failing, 'error')
  await failing.close({ drainMs: 0 })
  assert.equal(peerAddress, null)
  assert.ok(error instanceof SocketError)
  assert.deepEqual([error.name, error.code], ['SocketError', 'ECONNREFUSED'])
})
