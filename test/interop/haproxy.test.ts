// The PROXY protocol as HAProxy speaks it: in front of sockets of ours, and behind headers of ours.

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
const patience = { timeout: 20_000 }

/** What HAProxy is to do; the rest is the same for all. */
interface Setup {
  /** How it listens: words after `bind`. */
  readonly bind?: string
  readonly frontend?: string
  /** How it connects: words after the server's address. */
  readonly server: string
}

/** A running HAProxy: clients connect to `front`, and it connects to `back`. */
interface Relay {
  readonly front: Socket
  readonly back: Socket
}

/** HAProxy on a listening socket of ours: it can be connected to before it has even started. */
function relay(context: TestContext, { bind = '', frontend = '', server }: Setup, host = '127.0.0.1'): Relay {
  const front = createServer({ host, port: 0 })
  const back = createServer({ host: '127.0.0.1', port: 0 })
  back.setTimeout(patience.timeout)
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

/** A client's connection through HAProxy, which says hello: what our end is told of it, and what it hears. */
function exchange({ front, back }: Relay): { header: ProxyHeader; client: Socket; connection: Socket } {
  const client = createConnection(front.getSockName() as InetAddress, patience)
  client.setTimeout(patience.timeout)
  client.sendAll('hello')
  const connection = back.accept()
  connection.setTimeout(patience.timeout)
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
    test(`${name}: the client of ${host} is told, and nothing else is different`, needed, (context) => {
      const place = relay(context, { server }, host)
      const { header, client, connection } = exchange(place)
      const [source, destination] = [client.getSockName(), place.front.getSockName()]
      assert.deepEqual(header, { version, ...head, source, destination, tlvs: {} })
      for (const socket of [client, connection]) socket.close()
    })
  }
}

test('a unique id', needed, (context) => {
  const place = relay(context, {
    frontend: 'unique-id-format id-%cp',
    server: 'send-proxy-v2 proxy-v2-options unique-id,crc32c',
  })
  const { header, client, connection } = exchange(place)
  assert.equal(String(header.tlvs.uniqueId), `id-${portOf(client)}`)
  for (const socket of [client, connection]) socket.close()
})

test('a health check is the proxy’s own connection', needed, (context) => {
  for (const [server, expected] of [
    ['send-proxy-v2 check-send-proxy check inter 50ms', { version: 2, command: 'local', source: null }],
    ['send-proxy check-send-proxy check inter 50ms', { version: 1, command: 'proxy' }],
  ] as const) {
    const { back } = relay(context, { server })
    using connection = back.accept()
    const header = readProxyHeader(connection, patience)!
    assert.deepEqual({ ...header, ...expected }, header)
  }
})

test('awaited: many clients at once, each told apart', needed, async (context) => {
  const { front, back } = relay(context, { server: 'send-proxy-v2 proxy-v2-options crc32c' })
  const listener = back.toAsync()
  const address = front.getSockName() as InetAddress
  const clients = await Promise.all(Array.from({ length: 20 }, () => openConnection(address, patience)))
  await Promise.all(clients.map((client) => client.sendAll(`${(client.getSockName() as InetAddress).port}\n`)))
  const connections: AsyncSocket[] = []
  while (connections.length < clients.length) connections.push(await listener.accept(patience))
  const told = await Promise.all(
    connections.map(async (connection) => {
      const header = await readProxyHeaderAsync(connection, patience)
      const line = await connection.reader().readLine(patience)
      connection.close()
      return [String((header!.source as InetAddress).port), line]
    }),
  )
  for (const [port, line] of told) assert.equal(port, line)
  assert.equal(new Set(told.map(([port]) => port)).size, clients.length)
  for (const socket of [listener, ...clients]) socket.close()
})

for (const name of ['send-proxy', 'send-proxy-v2']) {
  test(`a server of handlers behind ${name}, while HAProxy checks its health`, needed, async (context) => {
    const { front, back } = relay(context, { server: `${name} check-send-proxy check inter 20ms` })
    const server = serve(
      { listener: back, proxyProtocol: true },
      { data: (connection) => connection.end(String((connection.peerAddress as InetAddress).port)) },
    )
    const ask = async (): Promise<[string, string]> => {
      const client = await openConnection(front.getSockName() as InetAddress, patience)
      await client.sendAll('who am I?')
      const told = await client.reader().readAll(patience)
      const own = String((client.getSockName() as InetAddress).port)
      client.close()
      return [String(told), own]
    }
    for (const [told, own] of await Promise.all(Array.from({ length: 20 }, ask))) assert.equal(told, own)
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

/** A client that says it is somebody else, by a header of ours. */
function forward({ front, back }: Relay, header: Uint8Array): ProxyHeader {
  using client = createConnection(front.getSockName() as InetAddress, patience)
  client.sendAll(Buffer.concat([header, Buffer.from('hello')]))
  using connection = back.accept()
  const told = readProxyHeader(connection, patience)!
  assert.equal(connection.recv(100, patience)!.toString(), 'hello')
  return told
}

test('HAProxy understands headers of ours, and passes on what they say', needed, (context) => {
  const place = relay(context, { bind: 'accept-proxy', server: 'send-proxy-v2' })
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
    const { source, destination } = forward(place, encodeProxyHeader(header))
    assert.deepEqual([source, destination], [header.source, header.destination].map(whole))
  }
  const { version, command, source } = forward(place, encodeProxyHeader({ command: 'local' }))
  assert.deepEqual([version, command, (source as InetAddress).host], [2, 'proxy', '127.0.0.1'])
})

/** As parsing gives an address that was given in short. */
function whole(address: ProxyHeaderInput['source']): object {
  const { host, port } = address as InetAddress
  if (!host.includes(':')) return { family: 'inet', host, port }
  return { family: 'inet6', host, port, flowInfo: 0, scopeId: 0 }
}

test('HAProxy refuses a checksum that is wrong', needed, (context) => {
  const { front } = relay(context, { bind: 'accept-proxy', server: 'send-proxy-v2' })
  using client = createConnection(front.getSockName() as InetAddress, patience)
  const header = encodeProxyHeader({ ...FORGED, checksum: true })
  header[16]! ^= 1
  client.sendAll(header)
  let outcome: unknown
  try {
    outcome = client.recv(1, patience)
  } catch (error) {
    outcome = (error as NodeJS.ErrnoException).code
  }
  assert.ok(outcome === null || outcome === 'ECONNRESET', String(outcome))
})

/** A certificate of its own and its key, in one file; its name. */
async function certificate(context: TestContext, folder: string, name: string): Promise<string> {
  const [key, file] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)]
  const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  await succeeds(context, 'openssl', [...words, '-subj', `/CN=${name}`, '-keyout', key, '-out', file])
  writeFileSync(file, Buffer.concat([readFileSync(file), readFileSync(key)]))
  return file
}

test('what HAProxy knows of the TLS that it has ended', needed.skip ? needed : needs('openssl'), async (context) => {
  const folder = temporaryFolder()
  const [server, user] = [await certificate(context, folder, 'localhost'), await certificate(context, folder, 'user')]
  const place = relay(context, {
    bind: `ssl crt ${server} ca-file ${user} verify optional alpn h2`,
    server: 'send-proxy-v2-ssl-cn proxy-v2-options ssl,cert-cn,ssl-cipher,cert-sig,cert-key,authority,crc32c',
  })
  const { tls, authority, alpn } = (await overTls(place, user)).tlvs
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

/** A client with a certificate: what our end is told of it. */
async function overTls({ front, back }: Relay, file: string): Promise<ProxyHeader> {
  const pem = readFileSync(file)
  const { port } = front.getSockName() as InetAddress
  const options = { host: '127.0.0.1', port, servername: 'localhost', ALPNProtocols: ['h2'], rejectUnauthorized: false }
  const client = connectTls({ ...options, cert: pem, key: pem, ciphers: 'TLS_AES_256_GCM_SHA384' })
  await once(client, 'secureConnect')
  // What is left of the handshake is sent as the event loop turns.
  const listener = back.toAsync()
  const connection = await listener.accept(patience)
  const header = (await readProxyHeaderAsync(connection, patience))!
  client.destroy()
  for (const socket of [connection, listener]) socket.close()
  return header
}
