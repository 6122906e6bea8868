// pg over SocketDuplex, against PostgreSQL.

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Client, type QueryConfig } from 'pg'
import { needs, startPostgres } from '../support/debian.js'
import { LARGE, largeBody, OPERATIONS, sha256 } from '../support/large-body.js'
import { nextEvent } from '../support/promises.js'
import { transport } from '../support/transport.js'

/** Connects a client. Errors of its connection are ignored here, because the pending queries reject with them. */
async function clientOf(context: TestContext, port: number, options: { pipeline?: boolean } = {}): Promise<Client> {
  const stream = await transport.open({ host: '127.0.0.1', port })
  const client = new Client({ user: 'berkeley', database: 'postgres', stream: () => stream, ...options })
  client.on('error', () => {})
  context.after(() => stream.destroy())
  await client.connect()
  return client
}

test('pg: on one server', needs('postgres', 'postgresql'), async (context) => {
  const { child, port } = await startPostgres(context)

  await context.test('pg: 1,000 queries one by one, and 1,000 pipelined', async (context) => {
    const client = await clientOf(context, port)
    await client.query('CREATE TABLE numbers (n integer)')
    for (let n = 1; n <= OPERATIONS; n++) await client.query('INSERT INTO numbers VALUES ($1)', [n])
    await client.end()
    const pipelining = await clientOf(context, port, { pipeline: true })
    const sums = Array.from({ length: OPERATIONS }, (_, n) =>
      pipelining.query<{ sum: string }>('SELECT sum(n) FROM numbers WHERE n <= $1', [n + 1]),
    )
    const expected = sums.map((_, n) => String(((n + 1) * (n + 2)) / 2))
    assert.deepEqual(
      (await Promise.all(sums)).map(({ rows }) => rows[0]?.sum),
      expected,
    )
    await pipelining.end()
  })

  await context.test('pg: 50 MB to the server and back', async (context) => {
    const client = await clientOf(context, port)
    const body = largeBody()
    await client.query('CREATE TABLE bodies (body bytea)')
    // Without this the server would try to compress the random bytes.
    await client.query('ALTER TABLE bodies ALTER body SET STORAGE EXTERNAL')
    await client.query('INSERT INTO bodies VALUES ($1)', [body])
    const stored = await client.query('SELECT length(body), encode(sha256(body), $1) AS sha256 FROM bodies', ['hex'])
    assert.deepEqual(stored.rows, [{ length: LARGE, sha256: sha256(body) }])
    const binary: QueryConfig & { binary: boolean } = { text: 'SELECT body FROM bodies', binary: true }
    const { rows } = await client.query<{ body: Buffer }>(binary)
    assert.equal(sha256(rows[0]!.body), sha256(body))
    await client.end()
  })

  await context.test('pg: a destroyed stream fails the pending query, and other clients continue', async (context) => {
    const [destroyed, other] = [await clientOf(context, port), await clientOf(context, port)]
    await other.query('CREATE TABLE halves (body bytea)')
    const failed = assert.rejects(
      destroyed.query('INSERT INTO halves VALUES ($1)', [largeBody()]),
      /Connection terminated/,
    )
    destroyed.connection.stream.destroy()
    await failed
    assert.deepEqual((await other.query('SELECT count(*)::int FROM halves')).rows, [{ count: 0 }])
  })

  await context.test('pg: a cancelled query fails, and the connection stays usable', async (context) => {
    const [sleeper, canceller] = [await clientOf(context, port), await clientOf(context, port)]
    const { rows } = await sleeper.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    const asleep = assert.rejects(sleeper.query('SELECT pg_sleep(60)'), { code: '57014' })
    // The query cannot be cancelled before the server runs it.
    const running = 'SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND query LIKE $2 AND wait_event IS NOT NULL'
    while ((await canceller.query(running, [rows[0]!.pid, '%pg_sleep%'])).rowCount === 0) {}
    await canceller.query('SELECT pg_cancel_backend($1)', [rows[0]!.pid])
    await asleep
    assert.deepEqual((await sleeper.query('SELECT 1 AS one')).rows, [{ one: 1 }])
  })

  await context.test('pg: a server that shuts down fails the pending and later queries', async (context) => {
    const client = await clientOf(context, port)
    const asleep = assert.rejects(client.query('SELECT pg_sleep(60)'), /terminat|ECONNRESET/)
    const ended = nextEvent(client, 'end')
    // Immediate shutdown: the server sends one message to each client, which a reset may overtake.
    child.signal('SIGQUIT')
    await asleep
    await ended
    await assert.rejects(client.query('SELECT 1'), /not queryable|terminated/)
  })
})
