// The PROXY protocol against HAProxy: headers that it sends to berkeley, and headers of berkeley that it accepts.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import {
  type AsyncSocket,
  createConnection,
  createServer,
  encodeProxyHeader,
  type InetAddress,
  openConnection,
  type ProxyHeader,
  type ProxyHeaderInput,
  readProxyHeader,
  readProxyHeaderAsync,
  type Socket,
  serve,
} from 'berkeley'
import { Child, succeeds } from '../support/child.js'
import { find, needs } from '../support/debian.js'
import { temporaryFolder } from '../support/folders.js'

const needed = needs('haproxy')
const waitLimit = { timeout: 20_000 }

/** The part of HAProxy's configuration that differs between tests. */
interface Setup {
  /** Parameters of the `bind` line. */
  readonly bind?: string
  /** Further lines of the frontend. */
  readonly frontend?: string
  /** Parameters after the server's address. */
  readonly server: string
}

/** The listeners around HAProxy: clients connect to `front`, and HAProxy connects to `back`. */
interface Relay {
  readonly front: Socket
  readonly back: Socket
}

/** Starts HAProxy on an inherited listener, so that clients can connect before it has started. */
function relay(context: TestContext, { bind = '', frontend = '', server }: Setup, host = '127.0.0.1'): Relay {
  const front = createServer({ host, port: 0 })
  const back = createServer({ host: '127.0.0.1', port: 0 })
  back.setTimeout(waitLimit.timeout)
  const file = join(temporaryFolder(), 'haproxy.cfg')
  writeFileSync(
    file,
    `defaults
  mode tcp
  timeout connect 10s
  timeout client 20s
  timeout server 20s
frontend front
  bind fd@3 ${bind}
  ${frontend}
  default_backend back
backend back
  server ours 127.0.0.1:${portOf(back)} ${server}
`,
  )
  new Child(context, find('haproxy')!, ['-db', '-f', file], { descriptors: [front.fd] })
  context.after(() => {
    front.close()
    back.close()
  })
  return { front, back }
}

function portOf(socket: Socket): number {
  return (socket.getSockName() as InetAddress).port
}

/** Connects a client through HAProxy, exchanges bytes both ways, and returns the header and both ends. */
function exchange({ front, back }: Relay): { header: ProxyHeader; client: Socket; connection: Socket } {
  const client = createConnection(front.getSockName() as InetAddress, waitLimit)
  client.setTimeout(waitLimit.timeout)
  client.sendAll('hello')
  const connection = back.accept()
  connection.setTimeout(waitLimit.timeout)
  const header = readProxyHeader(connection)!
  assert.equal(connection.reader().readExactly(5)!.toString(), 'hello')
  connection.sendAll('welcome')
  assert.equal(client.reader().readExactly(7)!.toString(), 'welcome')
  return { header, client, connection }
}

const head = { command: 'proxy', transport: 'stream' } as const
const cases = [
  { name: 'send-proxy', version: 1, server: 'send-proxy' },
  { name: 'send-proxy-v2', version: 2, server: 'send-proxy-v2' },
  { name: 'send-proxy-v2 with a checksum', version: 2, server: 'send-proxy-v2 proxy-v2-options crc32c' },
] as const

for (const { name, version, server } of cases) {
  for (const host of ['127.0.0.1', '::1']) {
    test(`readProxyHeader: reads the header of ${name} for a client on ${host}`, needed, (context) => {
      const haproxy = relay(context, { server }, host)
      const { header, client, connection } = exchange(haproxy)
      const [source, destination] = [client.getSockName(), haproxy.front.getSockName()]
      assert.deepEqual(header, { version, ...head, source, destination, tlvs: {} })
      for (const socket of [client, connection]) socket.close()
    })
  }
}

test('readProxyHeader: reads a unique id', needed, (context) => {
  const haproxy = relay(context, {
    frontend: 'unique-id-format id-%cp',
    server: 'send-proxy-v2 proxy-v2-options unique-id,crc32c',
  })
  const { header, client, connection } = exchange(haproxy)
  assert.equal(String(header.tlvs.uniqueId), `id-${portOf(client)}`)
  for (const socket of [client, connection]) socket.close()
})

test('readProxyHeader: reads the header of a health check', needed, (context) => {
  for (const [server, expected] of [
    ['send-proxy-v2 check-send-proxy check inter 50ms', { version: 2, command: 'local', source: null }],
    ['send-proxy check-send-proxy check inter 50ms', { version: 1, command: 'proxy' }],
  ] as const) {
    const { back } = relay(context, { server })
    using connection = back.accept()
    const header = readProxyHeader(connection, waitLimit)!
    assert.deepEqual({ ...header, ...expected }, header)
  }
})

test('readProxyHeaderAsync: reads the headers of 20 clients at once', needed, async (context) => {
  const { front, back } = relay(context, { server: 'send-proxy-v2 proxy-v2-options crc32c' })
  const listener = back.toAsync()
  const address = front.getSockName() as InetAddress
  const clients = await Promise.all(Array.from({ length: 20 }, () => openConnection(address, waitLimit)))
  await Promise.all(clients.map((client) => client.sendAll(`${(client.getSockName() as InetAddress).port}\n`)))
  const connections: AsyncSocket[] = []
  while (connections.length < clients.length) connections.push(await listener.accept(waitLimit))
  const pairs = await Promise.all(
    connections.map(async (connection) => {
      const header = await readProxyHeaderAsync(connection, waitLimit)
      const line = await connection.reader().readLine(waitLimit)
      connection.close()
      return [String((header!.source as InetAddress).port), line]
    }),
  )
  for (const [port, line] of pairs) assert.equal(port, line)
  assert.equal(new Set(pairs.map(([port]) => port)).size, clients.length)
  for (const socket of [listener, ...clients]) socket.close()
})

for (const name of ['send-proxy', 'send-proxy-v2']) {
  test(`serve: peerAddress is the client behind ${name}, during health checks`, needed, async (context) => {
    const { front, back } = relay(context, { server: `${name} check-send-proxy check inter 20ms` })
    const server = serve(
      { listener: back, proxyProtocol: true },
      { data: (connection) => connection.end(String((connection.peerAddress as InetAddress).port)) },
    )
    const requestPort = async (): Promise<[string, string]> => {
      const client = await openConnection(front.getSockName() as InetAddress, waitLimit)
      await client.sendAll('x')
      const reply = await client.reader().readAll(waitLimit)
      const own = String((client.getSockName() as InetAddress).port)
      client.close()
      return [String(reply), own]
    }
    for (const [reply, own] of await Promise.all(Array.from({ length: 20 }, requestPort))) assert.equal(reply, own)
    await server.close({ drainMs: 0 })
  })
}

const FORGED: Required<Pick<ProxyHeaderInput, 'source' | 'destination'>> = {
  source: { host: '192.0.2.7', port: 56324 },
  destination: { host: '198.51.100.1', port: 443 },
}
const FORGED6: Required<Pick<ProxyHeaderInput, 'source' | 'destination'>> = {
  source: { host: '2001:db8::7', port: 56324 },
  destination: { host: '2001:db8::1', port: 443 },
}

/** Sends a header through HAProxy as a client; returns the header that HAProxy passes on. */
function forward({ front, back }: Relay, header: Uint8Array): ProxyHeader {
  using client = createConnection(front.getSockName() as InetAddress, waitLimit)
  client.sendAll(Buffer.concat([header, Buffer.from('hello')]))
  using connection = back.accept()
  const forwarded = readProxyHeader(connection, waitLimit)!
  assert.equal(connection.recv(100, waitLimit)!.toString(), 'hello')
  return forwarded
}

test(
  'encodeProxyHeader: HAProxy accepts headers of both versions, and passes on their addresses',
  needed,
  (context) => {
    const haproxy = relay(context, { bind: 'accept-proxy', server: 'send-proxy-v2' })
    const headers: ProxyHeaderInput[] = [
      { version: 1, ...FORGED },
      { version: 1, ...FORGED6 },
      { ...FORGED },
      { ...FORGED6, checksum: true },
      {
        ...FORGED,
        checksum: true,
        tlvs: { alpn: 'h2', authority: 'example.com', other: [{ type: 0xe0, value: Buffer.of(1) }] },
      },
    ]
    for (const header of headers) {
      const { source, destination } = forward(haproxy, encodeProxyHeader(header))
      assert.deepEqual([source, destination], [header.source, header.destination].map(whole))
    }
    const { version, command, source } = forward(haproxy, encodeProxyHeader({ command: 'local' }))
    assert.deepEqual([version, command, (source as InetAddress).host], [2, 'proxy', '127.0.0.1'])
  },
)

/** The complete address that parsing returns for a short one. */
function whole(address: ProxyHeaderInput['source']): object {
  const { host, port } = address as InetAddress
  if (!host.includes(':')) return { family: 'inet', host, port }
  return { family: 'inet6', host, port, flowInfo: 0, scopeId: 0 }
}

test('encodeProxyHeader: HAProxy refuses a header with a wrong checksum', needed, (context) => {
  const { front } = relay(context, { bind: 'accept-proxy', server: 'send-proxy-v2' })
  using client = createConnection(front.getSockName() as InetAddress, waitLimit)
  const header = encodeProxyHeader({ ...FORGED, checksum: true })
  header[16]! ^= 1
  client.sendAll(header)
  let outcome: unknown
  try {
    outcome = client.recv(1, waitLimit)
  } catch (error) {
    outcome = (error as NodeJS.ErrnoException).code
  }
  assert.ok(outcome === null || outcome === 'ECONNRESET', String(outcome))
})

/** Makes a self-signed certificate; returns the path of a file that holds it and its key. */
async function certificate(context: TestContext, folder: string, name: string): Promise<string> {
  const [key, file] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)]
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  await succeeds(context, 'openssl', [...args, '-subj', `/CN=${name}`, '-keyout', key, '-out', file])
  writeFileSync(file, Buffer.concat([readFileSync(file), readFileSync(key)]))
  return file
}

test('readProxyHeader: reads what HAProxy reports of TLS', needed.skip ? needed : needs('openssl'), async (context) => {
  const folder = temporaryFolder()
  const [server, user] = [await certificate(context, folder, 'localhost'), await certificate(context, folder, 'user')]
  const haproxy = relay(context, {
    bind: `ssl crt ${server} ca-file ${user} verify optional alpn h2`,
    server: 'send-proxy-v2-ssl-cn proxy-v2-options ssl,cert-cn,ssl-cipher,cert-sig,cert-key,authority,crc32c',
  })
  const { tls, authority, alpn } = (await headerOverTls(haproxy, user)).tlvs
  assert.equal(authority, 'localhost')
  assert.equal(alpn, 'h2')
  assert.deepEqual(
    { ...tls },
    {
      tls: true,
      certificate: true,
      sessionCertificate: true,
      verify: 0,
      version: 'TLSv1.3',
      commonName: 'user',
      cipher: 'TLS_AES_256_GCM_SHA384',
      signatureAlgorithm: 'ecdsa-with-SHA256',
      keyAlgorithm: 'EC256',
    },
  )
})

/** Connects with a client certificate; returns the header that HAProxy sends. */
async function headerOverTls({ front, back }: Relay, file: string): Promise<ProxyHeader> {
  const pem = readFileSync(file)
  const { port } = front.getSockName() as InetAddress
  const options = { host: '127.0.0.1', port, servername: 'localhost', ALPNProtocols: ['h2'], rejectUnauthorized: false }
  const client = connectTls({ ...options, cert: pem, key: pem, ciphers: 'TLS_AES_256_GCM_SHA384' })
  await once(client, 'secureConnect')
  // Awaited, so that the event loop can send the rest of the handshake.
  const listener = back.toAsync()
  const connection = await listener.accept(waitLimit)
  const header = (await readProxyHeaderAsync(connection, waitLimit))!
  client.destroy()
  for (const socket of [connection, listener]) socket.close()
  return header
}
