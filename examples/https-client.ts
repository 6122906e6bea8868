// An HTTPS client in each way to wait: blocking, timed, non-blocking with other work meanwhile, or awaited. A file of the
// authority to trust may follow.
//   node dist/examples/https-client.js blocking example.org 443
//   node dist/examples/https-client.js non-blocking localhost 8443 ca.pem
import { readFileSync } from 'node:fs'
import { connectTls, createConnection, openTls, type TlsOptions, type TlsSocket, wrapTls } from 'berkeley'

const [way = 'blocking', host = 'localhost', port = '443', authority] = process.argv.slice(2)
const target = { host, port: Number(port) }
const tls: TlsOptions = authority === undefined ? {} : { ca: readFileSync(authority) }
const request = `GET / HTTP/1.0\r\nHost: ${host}\r\n\r\n`

function blocking(): void {
  using socket = connectTls(target, tls)
  socket.sendAll(request)
  for (const chunk of socket.chunks()) process.stdout.write(chunk)
}

/** One limit for all: lookup, connection, handshake, request and response. */
function timed(): void {
  const deadline = performance.now() + 10_000
  using socket = connectTls(target, { ...tls, deadline })
  socket.sendAll(request, { deadline })
  for (;;) {
    const bytes = socket.recv(65536, { deadline })
    if (bytes === null) return
    process.stdout.write(bytes)
  }
}

let work = 0

/** Repeats a call until it need not wait any more. */
function meanwhile<Result>(call: () => Result | undefined): Result {
  for (;;) {
    const result = call()
    if (result !== undefined) return result
    work++
  }
}

function nonBlocking(): void {
  const plain = createConnection(target)
  plain.setBlocking(false)
  // In this mode wrapTls leaves the handshake to the calls that follow.
  using socket: TlsSocket = wrapTls(plain, { ...tls, servername: host })
  meanwhile(() => socket.tryHandshake() || undefined)
  for (let rest = Buffer.from(request); rest.length > 0; ) rest = rest.subarray(meanwhile(() => socket.trySend(rest)))
  for (;;) {
    const bytes = meanwhile(() => socket.tryRecv(65536))
    if (bytes === null) break
    process.stdout.write(bytes)
  }
  console.error(`other work done: ${work}`)
}

async function awaited(): Promise<void> {
  using socket = await openTls(target, { ...tls, signal: AbortSignal.timeout(10_000) })
  await socket.sendAll(request)
  for await (const chunk of socket.chunks()) process.stdout.write(chunk)
}

const ways: Readonly<Record<string, () => void | Promise<void>>> = {
  blocking,
  timed,
  'non-blocking': nonBlocking,
  awaited,
}
try {
  await ways[way]!()
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
