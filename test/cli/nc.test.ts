import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import type { Socket as NodeSocket } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import {
  AF_INET,
  AF_UNIX,
  AsyncSocket,
  createConnection,
  getServByName,
  SO_LINGER,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  Socket,
} from 'berkeley'
import { portsOf } from '../../src/cli/nc/endpoints.js'
import { findMisuse, type NcOptions } from '../../src/cli/nc/options.js'
import { Child, type Ended, type Start } from '../support/child.js'
import { temporaryFolder } from '../support/folders.js'
import { asyncListener, boundTo, deadPort, freePort, portOf } from '../support/listeners.js'
import { inNetworkOfOnePort, noNetwork } from '../support/network-namespace.js'
import { tcpServer } from '../support/node-servers.js'
import { deferred } from '../support/promises.js'
import { inTerminal, noTerminal } from '../support/terminal.js'

const limits = { timeout: 60_000 }

function startNc(context: TestContext, args: readonly string[], start: Start = {}): Child {
  return new Child(context, 'src/cli/main.js', ['nc', ...args], start)
}

function nc(context: TestContext, args: readonly string[], start: Start = {}): Promise<Ended> {
  return startNc(context, args, start).ended()
}

test(
  'nc: sends and receives packets in sequence over a unix socket, and ends with the peer',
  limits,
  async (context) => {
    const path = join(temporaryFolder(), 'socket')
    await using listener = new AsyncSocket(AF_UNIX, SOCK_SEQPACKET)
    listener.bind({ path })
    listener.listen()
    const child = startNc(context, ['-NU', '--seqpacket', path], { input: Buffer.from('packet') })
    await using peer = await listener.accept()
    assert.equal(String(await peer.recv(100)), 'packet')
    assert.equal(await peer.recv(100), null)
    await peer.send('one ')
    await peer.send('two')
    peer.close()
    const { code, stdout, stderr } = await child.ended()
    assert.deepEqual([code, String(stdout), stderr], [0, 'one two', ''])
  },
)

test('nc: a socket that the kernel connected to itself is no open port', {
  ...limits,
  skip: noNetwork,
}, async (context) => {
  const prefix = inNetworkOfOnePort('40000')
  const { code, stderr } = await nc(context, ['-nzv', '127.0.0.1', '40000'], { prefix })
  assert.match(stderr, /ECONNREFUSED|[Rr]efused/)
  assert.equal(code, 1)
})

test('nc: -z reports open and closed ports with -v, and has an exit status without', limits, async (context) => {
  await using listener = asyncListener()
  const { port } = boundTo(listener)
  const closed = deadPort()
  const some = await nc(context, ['-nzv', '127.0.0.1', String(port), String(closed)])
  assert.deepEqual([some.code, String(some.stdout)], [0, ''])
  assert.match(some.stderr, new RegExp(`^Connection to 127.0.0.1 ${port} port \\[tcp/\\*\\] succeeded!$`, 'm'))
  assert.match(
    some.stderr,
    new RegExp(`^berkeley: connect to 127.0.0.1 port ${closed} \\(tcp\\) failed: .+refused$`, 'm'),
  )
  const none = await nc(context, ['-z', '127.0.0.1', String(closed)])
  assert.deepEqual([none.code, none.stderr], [1, ''])
})

test('nc: -zu finds that a UDP port refuses datagrams, and that one replies', limits, async (context) => {
  // A connected socket is no receiver for others: the kernel refuses their datagrams.
  using connected = new Socket(AF_INET, SOCK_DGRAM)
  connected.bind({ host: '127.0.0.1', port: 0 })
  connected.connect({ host: '127.0.0.1', port: 9 })
  await using open = new AsyncSocket(AF_INET, SOCK_DGRAM)
  open.bind({ host: '127.0.0.1', port: 0 })
  const scanned = nc(context, ['-nzuv', '127.0.0.1', String(portOf(connected)), String(portOf(open))])
  const { data, address } = await open.recvFrom(10)
  await open.sendTo('y', address as never)
  const { code, stderr } = await scanned
  assert.equal(code, 0)
  assert.equal(String(data), 'X')
  assert.match(stderr, new RegExp(`port ${portOf(connected)} \\(udp\\) failed: connection refused`))
  assert.match(stderr, new RegExp(`127.0.0.1 ${portOf(open)} port \\[udp/\\*\\] succeeded!`))
})

test('nc: -k serves connections one after the other, also after one that broke', limits, async (context) => {
  const child = startNc(context, ['-lkv', '127.0.0.1', '0'], { input: 'open' })
  const [, port] = await child.complains(/^Listening on \S+ (\d+)$/m)
  const place = { host: '127.0.0.1', port: Number(port) }
  const broken = createConnection(place)
  broken.sendAll('one ')
  await child.prints(/one /)
  broken.setOption(SO_LINGER, 0)
  broken.close()
  await child.complains(/^berkeley: .*ECONNRESET/m)
  for (const text of ['two ', 'three ']) {
    using whole = createConnection(place)
    whole.sendAll(text)
    await child.prints(new RegExp(text))
  }
  await child.prints(/^one two three $/)
})

test('nc: a listener ends with its peer, though the input is open', limits, async (context) => {
  const child = startNc(context, ['-lv', '127.0.0.1', '0'], { input: 'open' })
  const [, port] = await child.complains(/^Listening on \S+ (\d+)$/m)
  const peer = createConnection({ host: '127.0.0.1', port: Number(port) })
  peer.sendAll('text')
  peer.close()
  const { code, stdout } = await child.ended()
  assert.deepEqual([code, String(stdout)], [0, 'text'])
})

test('nc: -lku prints the datagrams of all senders', limits, async (context) => {
  const child = startNc(context, ['-lkuv', '127.0.0.1', '0'], { input: 'open' })
  const [, port] = await child.complains(/^Bound on \S+ (\d+)$/m)
  for (const text of ['one ', '', 'two']) {
    using sender = new Socket(AF_INET, SOCK_DGRAM)
    sender.sendTo(text, { host: '127.0.0.1', port: Number(port) })
  }
  await child.prints(/^one two$/)
})

/** Runs `berkeley nc` against a server, and returns how both ended. */
async function against(
  context: TestContext,
  serve: (connection: NodeSocket) => void,
  args: (port: string) => readonly string[],
  start: Start = {},
): Promise<{ readonly ended: Ended; readonly elapsedMs: number }> {
  const port = await tcpServer(context, serve)
  const begin = performance.now()
  const ended = await nc(context, args(String(port)), start)
  return { ended, elapsedMs: performance.now() - begin }
}

test('nc: -w ends an idle connection', limits, async (context) => {
  const { ended, elapsedMs } = await against(
    context,
    () => {},
    (port) => ['-w', '0.3', '127.0.0.1', port],
    { input: 'open' },
  )
  assert.deepEqual([ended.code, String(ended.stdout), ended.stderr], [0, '', ''])
  assert.ok(elapsedMs >= 300)
})

test('nc: -q shuts the sending side down, and ends though the peer does not', limits, async (context) => {
  let input = ''
  const received = deferred()
  const serve = (connection: NodeSocket): void => {
    connection.allowHalfOpen = true
    connection.on('data', (bytes) => (input += bytes)).on('end', received.resolve)
  }
  const start = { input: Buffer.from('one\ntwo\r\nthree') }
  const { ended, elapsedMs } = await against(context, serve, (port) => ['-C', '-q', '0.3', '127.0.0.1', port], start)
  assert.deepEqual([ended.code, ended.stderr], [0, ''])
  assert.ok(elapsedMs >= 300)
  await received.promise
  assert.equal(input, 'one\r\ntwo\r\nthree')
})

test('nc: -p and -s choose the local port and address', limits, async (context) => {
  const local = await freePort()
  let peer: (string | number | undefined)[] = []
  const serve = (connection: NodeSocket): void => {
    peer = [connection.remoteAddress, connection.remotePort]
    connection.end()
  }
  const args = (port: string): string[] => ['-p', String(local), '-s', '127.0.0.2', 'localhost', port]
  const { ended } = await against(context, serve, args)
  assert.equal(ended.code, 0, ended.stderr)
  assert.deepEqual(peer, ['127.0.0.2', local])
})

test('nc: a connection that breaks, and a name that does not resolve, fail in one line', limits, async (context) => {
  const broken = await against(
    context,
    (connection) => connection.once('data', () => connection.resetAndDestroy()),
    (port) => ['127.0.0.1', port],
    { input: Buffer.from('x') },
  )
  assert.equal(broken.ended.code, 1)
  assert.match(broken.ended.stderr, /^berkeley: \S+ ECONNRESET[^\n]*\n$/)
  const numeric = await nc(context, ['-n', 'localhost', '1'])
  assert.equal(numeric.code, 1)
  assert.match(numeric.stderr, /^berkeley: [^\n]*EAI_NONAME[^\n]*\n$/)
})

for (const { bytes, call } of [
  { bytes: 5, call: 'shutdown ENOTCONN' },
  { bytes: 3_000_000, call: 'send EPIPE' },
]) {
  test(
    `nc: a peer that closed after its reply takes no input, which is no failure: ${call}`,
    limits,
    async (context) => {
      for (const option of ['-N', '-Nv']) {
        await using listener = asyncListener()
        const [stdin, feed] = AsyncSocket.pair()
        const child = startNc(context, [option, '127.0.0.1', String(portOf(listener))], { input: stdin.fd })
        stdin.close()
        const peer = await listener.accept()
        await peer.sendAll('reply')
        peer.close()
        await child.prints(/reply/)
        // The closed socket replies to the first of it with a reset.
        await feed.sendAll(Buffer.alloc(bytes)).catch(() => {})
        feed.close()
        const { code, stdout, stderr } = await child.ended()
        assert.deepEqual([code, String(stdout)], [0, 'reply'], stderr)
        const note = `\nberkeley: the peer closed before it took all input: ${call}\n`
        assert.ok(option === '-N' ? stderr === '' : stderr.endsWith(note), stderr)
      }
    },
  )
}

test('nc: SIGTERM removes the path on which a client of datagrams receives', limits, async (context) => {
  const folder = temporaryFolder()
  const path = join(folder, 'socket')
  await using server = new AsyncSocket(AF_UNIX, SOCK_DGRAM)
  server.bind({ path })
  const child = startNc(context, ['-uU', path], { input: Buffer.from('x'), env: { TMPDIR: folder } })
  const { address } = await server.recvFrom(1)
  assert.ok(address !== null && 'path' in address && address.path.startsWith(folder))
  child.signal('SIGTERM')
  assert.equal((await child.ended()).signal, 'SIGTERM')
  assert.deepEqual(readdirSync(folder), ['socket'])
})

test(
  'nc: the path of a listener is removed at its end, and one that is in use is left alone',
  limits,
  async (context) => {
    const folder = temporaryFolder()
    const path = join(folder, 'socket')
    const child = startNc(context, ['-lkvU', path], { input: 'open' })
    await child.complains(/^Listening on /m)
    for (const args of [
      ['-lU', path],
      ['-uU', '-s', path, path],
    ]) {
      const { code, stderr } = await nc(context, args)
      assert.deepEqual([code, /EADDRINUSE/.test(stderr)], [1, true], stderr)
    }
    using connection = createConnection({ path })
    connection.sendAll('text')
    await child.prints(/^text$/)
    child.signal('SIGINT')
    assert.equal((await child.ended()).signal, 'SIGINT')
    assert.deepEqual(readdirSync(folder), [])
  },
)

test('nc: a terminal shows control characters of the peer as escapes', {
  ...limits,
  skip: noTerminal,
}, async (context) => {
  const port = await tcpServer(context, (connection) => connection.end('\x1b[31mred\0\r\n\tline\r\n'))
  const { code, stdout } = await inTerminal(context, ['nc', '127.0.0.1', String(port)])
  assert.equal(code, 0)
  assert.equal(stdout.toString().replaceAll('\r', ''), '\\x1b[31mred\\x00\n\tline\n')
})

test('nc: ports are numbers, ranges and services', () => {
  assert.deepEqual(portsOf(['20-22', '80'], {}), [20, 21, 22, 80])
  assert.deepEqual(portsOf(['http'], {}), [getServByName('http', 'tcp')])
  assert.deepEqual(portsOf(['0'], { listen: true }), [0])
  for (const word of ['0', '65536', '22-20', '1-65536'])
    assert.throws(() => portsOf([word], {}), /neither a port from 1/)
  assert.throws(() => portsOf(['http'], { numeric: true }), /-n/)
  assert.throws(() => portsOf(['no-such-service'], {}), /neither a port nor the name of a service of tcp/)
})

const misuses: readonly (readonly [words: readonly string[], options: NcOptions, message: RegExp])[] = [
  [[], {}, /a destination and a port/],
  [['host'], {}, /a destination and a port/],
  [['host', '1'], { ipv4: true, ipv6: true }, /-4 and -6/],
  [['host', '1'], { listen: true, scan: true }, /-l and -z/],
  [['host', '1'], { keepListening: true }, /-k needs -l/],
  [[], { listen: true }, /a port to listen on/],
  [['host', '1', '2'], { listen: true }, /one address and one port/],
  [['path', '1'], { unix: true }, /the path of a unix socket/],
  [['path'], { unix: true, ipv6: true }, /-U and -4/],
  [['path'], { unix: true, scan: true }, /-U and -z/],
  [['path'], { unix: true, sourcePort: 1 }, /-U and -p/],
  [['path'], { unix: true, source: 'x' }, /-s with -U needs -u/],
  [['path'], { unix: true, udp: true, seqpacket: true }, /--seqpacket and -u/],
  [['host', '1'], { seqpacket: true }, /--seqpacket needs -U/],
]

test('nc: options that contradict each other are refused', () => {
  for (const [words, options, message] of misuses) assert.match(findMisuse(words, options)!, message)
  assert.equal(findMisuse([], { listen: true, sourcePort: 1 }), undefined)
  assert.equal(findMisuse(['host', '1', '2-3'], { scan: true }), undefined)
})
