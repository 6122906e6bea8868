// A query to PostgreSQL over TLS that returns its rows at once: the protocol of version 3, with a blocking socket. The
// password, if the server wants one, is in PGPASSWORD.
//   node dist/examples/postgres-query.js localhost 5432 postgres postgres 'SELECT 1 AS one' [ca.pem]
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createConnection, type Socket, type TlsOptions, wrapTls } from 'berkeley'

const [host = 'localhost', port = '5432', user = 'postgres', database = user, sql = 'SELECT 1', authority] =
  process.argv.slice(2)
const tls: TlsOptions = authority === undefined ? {} : { ca: readFileSync(authority) }

/** A message: its type, its length, its content. The first one of a connection has no type. */
function message(type: string, ...parts: (string | Buffer)[]): Buffer {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part as string)))
  const length = Buffer.alloc(4)
  length.writeInt32BE(content.length + 4)
  return Buffer.concat([Buffer.from(type), length, content])
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

interface Received {
  readonly type: string
  readonly content: Buffer
}

function receive(socket: Socket): Received {
  const head = socket.reader().readExactly(5)
  if (head === null) throw new Error('the server closed the connection')
  const content = socket.reader().readExactly(head.readInt32BE(1) - 4) ?? Buffer.alloc(0)
  const type = String.fromCharCode(head[0]!)
  if (type === 'E')
    throw new Error(
      content
        .toString()
        .split('\0')
        .find((field) => field.startsWith('M'))
        ?.slice(1),
    )
  return { type, content }
}

/** TLS begins after the server's S: in plain text, PostgreSQL is asked first. */
function connect(): Socket {
  const plain = createConnection({ host, port: Number(port) }, { timeout: 10_000 })
  plain.sendAll(message('', int32(80877103)))
  // Exactly one byte: what follows it would not have come over TLS.
  if (plain.recv(1)?.toString() !== 'S') throw new Error('the server does not speak TLS')
  return wrapTls(plain, { ...tls, servername: host })
}

/** SCRAM-SHA-256, RFC 7677: the password is proven and not sent. */
function authenticate(socket: Socket, password: string): void {
  const nonce = randomBytes(18).toString('base64')
  const first = `n=,r=${nonce}`
  const initial = Buffer.from(`n,,${first}`)
  socket.sendAll(message('p', 'SCRAM-SHA-256\0', int32(initial.length), initial))
  const challenge = receive(socket).content.toString('utf8', 4)
  const [, serverNonce = '', salt = '', iterations = ''] = /^r=([^,]+),s=([^,]+),i=(\d+)/.exec(challenge) ?? []
  if (!serverNonce.startsWith(nonce)) throw new Error('the server does not know the nonce')
  const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256')
  const sign = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
  const clientKey = sign(salted, 'Client Key')
  const last = `c=biws,r=${serverNonce}`
  const signature = sign(createHash('sha256').update(clientKey).digest(), `${first},${challenge},${last}`)
  const proof = clientKey.map((byte, index) => byte ^ signature[index]!)
  socket.sendAll(message('p', `${last},p=${Buffer.from(proof).toString('base64')}`))
  const verifier = sign(sign(salted, 'Server Key'), `${first},${challenge},${last}`).toString('base64')
  if (receive(socket).content.toString('utf8', 4) !== `v=${verifier}`) throw new Error('the server lacks the password')
}

function logIn(socket: Socket): void {
  const parameters = ['user', user, 'database', database, ''].join('\0')
  socket.sendAll(message('', int32(196608), `${parameters}\0`))
  for (;;) {
    const { type, content } = receive(socket)
    if (type === 'Z') return
    if (type !== 'R' || content.readInt32BE(0) === 0) continue
    if (content.readInt32BE(0) !== 10) throw new Error('only SCRAM-SHA-256 is known here')
    authenticate(socket, process.env['PGPASSWORD'] ?? '')
  }
}

/** The columns' names, or the values of a row. */
function fields(content: Buffer, isRow: boolean): (string | null)[] {
  const found: (string | null)[] = []
  let at = 2
  for (let left = content.readInt16BE(0); left > 0; left--) {
    const length = isRow ? content.readInt32BE(at) : content.indexOf(0, at) - at
    const begin = isRow ? at + 4 : at
    found.push(length < 0 ? null : content.toString('utf8', begin, begin + length))
    at = begin + Math.max(length, 0) + (isRow ? 0 : 19)
  }
  return found
}

function query(socket: Socket, text: string): Record<string, string | null>[] {
  const rows: Record<string, string | null>[] = []
  let columns: (string | null)[] = []
  socket.sendAll(message('Q', `${text}\0`))
  for (;;) {
    const { type, content } = receive(socket)
    if (type === 'Z') return rows
    if (type === 'T') columns = fields(content, false)
    if (type !== 'D') continue
    const values = fields(content, true)
    rows.push(Object.fromEntries(columns.map((name, index) => [name, values[index]!])))
  }
}

using socket = connect()
logIn(socket)
for (const row of query(socket, sql)) console.log(JSON.stringify(row))
socket.sendAll(message('X'))
