// pg over our streams, against PostgreSQL.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Client, type QueryConfig } from 'pg'
import { needs, startPostgres } from '../support/debian.js'
import { LARGE, largeBody, OPERATIONS, sha256 } from '../support/large-body.js'
import { nextEvent } from '../support/promises.js'
import { transport } from '../support/transport.js'

/** A connected client. What goes wrong with its connection is told by the queries that suffer from it. */
async function clientOf(context: TestContext, port: number, options: { pipeline?: boolean } = {}): Promise<Client> {
  const stream = await transport.open({ host: '127.0.0.1', port })
  const client = new Client({ user: 'berkeley', database: 'postgres', stream: () => stream, ...options })
  client.on('error', () => {})
  context.after(() => stream.destroy())
  await client.connect()
  return client
}

test('pg', needs('postgres', 'postgresql'), async (context) => {
  const { child, port } = await startPostgres(context)

  await context.test('1,000 queries one by one, and 1,000 at once', async (context) => {
    const client = await clientOf(context, port)
    await client.query('CREATE TABLE numbers (n integer)')
    for (let n = 1; n <= OPERATIONS; n++) await client.query('INSERT INTO numbers VALUES ($1)', [n])
    await client.end()
    const hasty = await clientOf(context, port, { pipeline: true })
    const sums = Array.from({ length: OPERATIONS }, (_, n) =>
      hasty.query<{ sum: string }>('SELECT sum(n) FROM numbers WHERE n <= $1', [n + 1]),
    )
    const expected = sums.map((_, n) => String(((n + 1) * (n + 2)) / 2))
    assert.deepEqual(
      (await Promise.all(sums)).map(({ rows }) => rows[0]?.sum),
      expected,
    )
    await hasty.end()
  })

  await context.test('50 MB there and back again', async (context) => {
    const client = await clientOf(context, port)
    const body = largeBody()
    await client.query('CREATE TABLE bodies (body bytea)')
    // Without a try to compress what is random.
    await client.query('ALTER TABLE bodies ALTER body SET STORAGE EXTERNAL')
    await client.query('INSERT INTO bodies VALUES ($1)', [body])
    const kept = await client.query('SELECT length(body), encode(sha256(body), $1) AS sha256 FROM bodies', ['hex'])
    assert.deepEqual(kept.rows, [{ length: LARGE, sha256: sha256(body) }])
    const binary: QueryConfig & { binary: boolean } = { text: 'SELECT body FROM bodies', binary: true }
    const { rows } = await client.query<{ body: Buffer }>(binary)
    assert.equal(sha256(rows[0]!.body), sha256(body))
    await client.end()
  })

  await context.test('a client that goes in the middle fails its query, and the server serves on', async (context) => {
    const [leaver, stayer] = [await clientOf(context, port), await clientOf(context, port)]
    await stayer.query('CREATE TABLE halves (body bytea)')
    const underWay = assert.rejects(
      leaver.query('INSERT INTO halves VALUES ($1)', [largeBody()]),
      /Connection terminated/,
    )
    leaver.connection.stream.destroy()
    await underWay
    assert.deepEqual((await stayer.query('SELECT count(*)::int FROM halves')).rows, [{ count: 0 }])
  })

  await context.test('a query that is cancelled fails alone', async (context) => {
    const [sleeper, canceller] = [await clientOf(context, port), await clientOf(context, port)]
    const { rows } = await sleeper.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    const asleep = assert.rejects(sleeper.query('SELECT pg_sleep(60)'), { code: '57014' })
    // It cannot be cancelled before it has begun.
    const begun = 'SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND query LIKE $2 AND wait_event IS NOT NULL'
    while ((await canceller.query(begun, [rows[0]!.pid, '%pg_sleep%'])).rowCount === 0) {}
    await canceller.query('SELECT pg_cancel_backend($1)', [rows[0]!.pid])
    await asleep
    assert.deepEqual((await sleeper.query('SELECT 1 AS one')).rows, [{ one: 1 }])
  })

  await context.test('a server that is killed fails what is under way and what comes after', async (context) => {
    const client = await clientOf(context, port)
    const asleep = assert.rejects(client.query('SELECT pg_sleep(60)'), /terminat|ECONNRESET/)
    const gone = nextEvent(client, 'end')
    // Its immediate shutdown: no goodbyes but one line to each client, which a reset may overtake.
    child.signal('SIGQUIT')
    await asleep
    await gone
    await assert.rejects(client.query('SELECT 1'), /not queryable|terminated/)
  })
})
