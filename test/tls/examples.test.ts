// The example programs of TLS, each as a process of its own.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { connect, TLSSocket } from 'node:tls'
import { Client } from 'pg'
import { noOpenSsl } from '../support/certificates.js'
import { Child, run, succeeds } from '../support/child.js'
import { needs, startPostgres } from '../support/debian.js'
import { startHttpServer } from '../support/http.js'
import { tcpServer } from '../support/node-servers.js'
import { certificates } from '../support/tls.js'

const limits = { timeout: 120_000, skip: noOpenSsl }

test('https-client: prints a page in each way to wait, and refuses another certificate', limits, async (context) => {
  const { port } = new URL(await startHttpServer(context, certificates.good))
  for (const way of ['blocking', 'timed', 'non-blocking', 'awaited']) {
    const args = [way, 'localhost', port]
    const { code, stdout, stderr } = await run(context, 'examples/https-client.js', [
      ...args,
      certificates.root.certFile,
    ])
    assert.equal(code, 0, stderr)
    assert.match(stdout.toString(), /^HTTP\/1\.1 404 Not Found\r\n[\s\S]*\r\n\r\nno such page$/, way)
  }
  const refused = await run(context, 'examples/https-client.js', ['blocking', 'localhost', port])
  assert.equal(refused.code, 1)
  assert.match(refused.stderr, /the certificate of localhost is refused/)
})

/** What a client said to a server of SMTP, before and after TLS. */
interface Heard {
  readonly plain: string[]
  readonly secure: string[]
}

/** A server of SMTP that requires STARTTLS. */
function startMailServer(context: TestContext, heard: Heard): Promise<number> {
  const { cert, key } = certificates.good
  return tcpServer(context, (connection) => {
    connection.write('220 mail.example.org\r\n')
    connection.on('data', (bytes) => {
      const line = String(bytes).trim()
      heard.plain.push(line)
      if (line !== 'STARTTLS') {
        connection.write('250-mail.example.org\r\n250 STARTTLS\r\n')
        return
      }
      connection.removeAllListeners('data')
      connection.write('220 go ahead\r\n')
      converse(new TLSSocket(connection, { isServer: true, cert, key }), heard).catch(() => connection.destroy())
    })
  })
}

async function converse(connection: Socket, { secure }: Heard): Promise<void> {
  connection.on('error', () => connection.destroy())
  let isData = false
  for await (const line of createInterface({ input: connection })) {
    secure.push(line)
    if (isData) {
      isData = line !== '.'
      if (!isData) connection.write('250 accepted\r\n')
    } else if (line === 'QUIT') connection.end('221 bye\r\n')
    else {
      isData = line === 'DATA'
      connection.write(isData ? '354 go on\r\n' : '250 fine\r\n')
    }
  }
}

test('send-mail: speaks in plain text until STARTTLS, and no more after it', limits, async (context) => {
  const heard: Heard = { plain: [], secure: [] }
  const port = await startMailServer(context, heard)
  const args = ['localhost', String(port), 'me@example.org', 'you@example.org']
  const input = Buffer.from('Hello\n.\nBye')
  const printed = await succeeds(context, 'examples/send-mail.js', [...args, certificates.root.certFile], { input })
  assert.equal(printed, 'sent\n')
  assert.deepEqual(heard.plain, ['EHLO localhost', 'STARTTLS'])
  const mail = ['From: me@example.org', 'To: you@example.org', '', 'Hello', '..', 'Bye', '.']
  const commands = ['EHLO localhost', 'MAIL FROM:<me@example.org>', 'RCPT TO:<you@example.org>', 'DATA']
  assert.deepEqual(heard.secure, [...commands, ...mail, 'QUIT'])
  const { code, stderr } = await run(context, 'examples/send-mail.js', args, { input })
  assert.equal(code, 1)
  assert.match(stderr, /TlsError/)
})

const postgres = needs('postgres', 'postgresql')

test('postgres-query: prints rows, over TLS, with and without a password', {
  ...limits,
  skip: postgres.skip || noOpenSsl,
}, async (context) => {
  const { port } = await startPostgres(context, certificates.good)
  const query = async (user: string, sql: string, password = ''): Promise<ReturnType<typeof run>> => {
    const args = ['127.0.0.1', String(port), user, 'postgres', sql, certificates.root.certFile]
    return run(context, 'examples/postgres-query.js', args, { env: { PGPASSWORD: password } })
  }
  const sql = "SELECT ssl, NULL AS nothing, 'é' AS text FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
  const { stdout, stderr } = await query('berkeley', sql)
  assert.equal(stdout.toString(), '{"ssl":"t","nothing":null,"text":"é"}\n', stderr)
  assert.match((await query('berkeley', 'SELECT nothing')).stderr, /column "nothing" does not exist/)

  const client = new Client({ host: '127.0.0.1', port, user: 'berkeley', database: 'postgres' })
  await client.connect()
  await client.query("CREATE ROLE guarded LOGIN PASSWORD 'a pass word'")
  const { rows } = await client.query<{ hba_file: string }>('SHOW hba_file')
  const file = rows[0]!.hba_file
  writeFileSync(file, `hostssl all guarded 127.0.0.1/32 scram-sha-256\n${readFileSync(file, 'utf8')}`)
  await client.query('SELECT pg_reload_conf()')
  // The server reads the file again a moment later.
  while (await isAdmitted(port, 'wrong')) {}
  await client.end()
  assert.equal((await query('guarded', 'SELECT 1 AS one', 'a pass word')).stdout.toString(), '{"one":"1"}\n')
  assert.match((await query('guarded', 'SELECT 1', 'wrong')).stderr, /password authentication failed/)
})

/** Whether the server admits the user `guarded` with a password. */
async function isAdmitted(port: number, password: string): Promise<boolean> {
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: 'guarded',
    password,
    database: 'postgres',
    ssl: { ca: certificates.root.cert },
  })
  try {
    await client.connect()
    await client.end()
    return true
  } catch (error) {
    assert.equal((error as { code?: string }).code, '28P01')
    return false
  }
}

test('client-certificates: admits a client with a certificate, and refuses one without', limits, async (context) => {
  const { good, root, client } = certificates
  const child = new Child(context, 'examples/client-certificates.js', [good.certFile, good.keyFile, root.certFile])
  const [, port] = await child.prints(/port: (\d+)/)
  const options = { host: '127.0.0.1', port: Number(port), ca: root.cert }
  const stranger = connect(options)
  stranger.on('error', () => stranger.destroy())
  await child.prints(/refused: ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE/)
  for (let count = 0; count < 2; count++) {
    const known = connect({ ...options, cert: client.cert, key: client.key })
    await once(known, 'secureConnect')
    known.end('a line\n')
    assert.equal(await text(known), 'hello client\na line\n')
  }
  await child.prints(/(admitted client\n){2}/)
})
