// The command as people use it: each way runs in a process of its own, against servers that are really there.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Figures, SystemCalls } from '../../src/cli/compare/outcome.js'
import { WAY_NAMES, type WayName } from '../../src/cli/compare/way-names.js'
import { Child, type Ended, failureOf, run } from '../support/child.js'
import { deadPort, fullTcpListener } from '../support/listeners.js'
import { httpServer, tcpServer } from '../support/node-servers.js'

const limits = { timeout: 180_000 }
const all: readonly WayName[] = WAY_NAMES
/** Those that wait for all connections at once, in one thread. */
const atOnce = all.filter((way) => way !== 'blocking' && way !== 'threads')

function compare(context: TestContext, ...args: string[]): Promise<Ended> {
  return run(context, 'src/cli/main.js', ['compare', ...args])
}

interface Printed {
  readonly outcomes: readonly {
    readonly way: WayName
    readonly state: string
    readonly reason?: string
    readonly figures: Figures
    readonly systemCalls?: SystemCalls
  }[]
  readonly recommendation: { readonly way: string | null; readonly sentences: readonly string[] }
}

/** The figures of each way, where all of them got to their end. */
async function figuresOf(
  context: TestContext,
  ...args: string[]
): Promise<Record<WayName, Figures> & { all: Printed }> {
  const { code, stdout, stderr } = await compare(context, '--json', '--no-strace', ...args)
  assert.equal(code, 0, stderr)
  const printed = JSON.parse(stdout.toString()) as Printed
  const figures = printed.outcomes.map(({ way, state, figures }) => {
    assert.equal(state, 'done', way)
    return [way, figures]
  })
  return { ...Object.fromEntries(figures), all: printed }
}

/** Asserts a failure of which one line tells. */
function assertFailed({ code, stderr }: Ended, message: RegExp): void {
  assert.equal(code, 1)
  assert.match(stderr, /^berkeley: [^\n]+\n$/)
  assert.match(stderr, message)
}

test('blocking waits for one reply after the other, the others for all at once', limits, async (context) => {
  const args = ['--connections', '20', '--latency', '50ms', '--requests', '1', '--threads', '5']
  const figures = await figuresOf(context, ...args)
  const { blocking, threads, all: printed } = figures
  for (const way of all) {
    assert.equal(figures[way].requests, 20)
    assert.ok(figures[way].latencyMs.p50 >= 50)
    assert.ok(figures[way].totalMs >= 50)
    assert.ok(figures[way].cpuMs > 0)
    assert.ok(figures[way].peakMemoryBytes > 2 ** 20)
  }
  assert.ok(blocking.totalMs >= 20 * 50)
  assert.ok(blocking.mainThread.longestMs >= 20 * 50 - 10)
  assert.ok(threads.totalMs >= 4 * 50)
  assert.ok(threads.totalMs < blocking.totalMs)
  assert.equal(threads.threads.javaScript, 6)
  for (const way of atOnce) assert.ok(figures[way].totalMs < blocking.totalMs / 2, way)
  assert.notEqual(printed.recommendation.way, 'blocking')
  assert.match(printed.recommendation.sentences.join(' '), /blocking takes one after the other/)
})

test(
  'what is computed after each reply keeps the main thread, but not where threads do it',
  limits,
  async (context) => {
    const args = ['--connections', '4', '--requests', '3', '--think', '40ms']
    const figures = await figuresOf(context, ...args)
    for (const way of all.filter((name) => name !== 'threads')) {
      assert.ok(figures[way].mainThread.totalMs > 2 * figures.threads.mainThread.totalMs, way)
    }
  },
)

for (const protocol of ['echo', 'http', 'redis-ping', 'lines']) {
  test(`${protocol}: every way has every reply of the own server`, limits, async (context) => {
    const args = ['--protocol', protocol, '--connections', '3', '--requests', '20', '--payload', '2000']
    const figures = await figuresOf(context, ...args)
    for (const way of all) assert.equal(figures[way].requests, 60)
  })
}

test('jitter is added to the latency, never taken from it', limits, async (context) => {
  const args = [
    '--connections',
    '10',
    '--requests',
    '2',
    '--latency',
    '20',
    '--jitter',
    '30',
    '--ways',
    'async,selector',
  ]
  const { selector, all: printed } = await figuresOf(context, ...args)
  assert.deepEqual(
    printed.outcomes.map(({ way }) => way),
    ['selector', 'async'],
  )
  assert.ok(selector.latencyMs.p50 >= 20)
  assert.ok(selector.latencyMs.max > 25)
})

test('a duration ends it, whatever the number of requests', limits, async (context) => {
  const figures = await figuresOf(context, '--connections', '2', '--duration', '100ms')
  for (const way of all) {
    assert.ok(figures[way].totalMs >= 100)
    assert.ok(figures[way].requests >= 2)
  }
})

test('a server that closes after each reply is connected to anew', limits, async (context) => {
  const port = await httpServer(context, (_, response) => response.end('a page'))
  const args = ['127.0.0.1', String(port), '--protocol', 'http', '--connections', '3', '--requests', '5']
  const figures = await figuresOf(context, ...args)
  for (const way of all) assert.equal(figures[way].requests, 15)
})

const noStrace = failureOf('strace', ['-o', '/dev/null', 'true']) && 'strace cannot trace here'

test('system calls of a request, by name', { ...limits, skip: noStrace }, async (context) => {
  const { code, stdout, stderr } = await compare(context, '--json', '--connections', '2', '--requests', '50')
  assert.equal(code, 0, stderr)
  const { outcomes } = JSON.parse(stdout.toString()) as Printed
  for (const { way, systemCalls } of outcomes) {
    assert.equal(systemCalls!.requests, 100, way)
    // One to send and one to receive; what a runtime does beside that is not ours to say.
    assert.ok(systemCalls!.perRequest >= 2, way)
    const { sendto = 0, recvfrom = 0, write = 0, read = 0 } = systemCalls!.byName
    assert.ok(sendto + write >= 100, way)
    assert.ok(recvfrom + read >= 100, way)
  }
})

test('what people see fits into 80 columns, and ends in a recommendation', limits, async (context) => {
  const { code, stdout, stderr } = await compare(context, '--connections', '5', '--latency', '5', '--requests', '1')
  assert.equal(code, 0, stderr)
  const lines = stdout.toString().trimEnd().split('\n')
  assert.equal(
    lines.find((line) => line.length > 80),
    undefined,
  )
  assert.ok(!stdout.includes('\x1b'))
  assert.match(stdout.toString(), /\nChoose [a-z:]+: /)
  assert.match(stdout.toString(), new RegExp(`^ +${all.join(' +')}$`, 'm'))
  assert.equal(stderr, '')
})

test('csv: a line for each way', limits, async (context) => {
  const { stdout } = await compare(context, '--csv', '--no-strace', '--requests', '2')
  const [head, ...rows] = stdout.toString().trimEnd().split('\r\n')
  assert.ok(head!.startsWith('way,state,requests,total_ms'))
  assert.deepEqual(
    rows.map((row) => row.split(',').slice(0, 3).join(' ')),
    all.map((way) => `${way} done 20`),
  )
})

test('nobody listens', limits, async (context) => {
  assertFailed(await compare(context, '127.0.0.1', String(deadPort())), /ECONNREFUSED/)
})

test('a target that speaks something else', limits, async (context) => {
  const port = await tcpServer(context, (connection) => connection.end('SSH-2.0-OpenSSH_9\r\n'))
  const target = ['127.0.0.1', String(port)]
  assertFailed(await compare(context, ...target), /127\.0\.0\.1:\d+: the reply is no echo: it has "SSH-2\.0/)
  assertFailed(await compare(context, ...target, '--protocol', 'http'), /is no HTTP\/1/)
  assertFailed(await compare(context, ...target, '--protocol', 'redis-ping'), /is no PONG of redis/)
})

test('a target that cannot be reached is not asked what it speaks', limits, async (context) => {
  using full = fullTcpListener()
  const { port } = full.listener.getSockName() as { port: number }
  const ended = await compare(context, '127.0.0.1', String(port), '--timeout', '100')
  assertFailed(ended, /127\.0\.0\.1:\d+ could not be reached within 100 ms\n$/)
})

test('a target that says nothing', limits, async (context) => {
  const port = await tcpServer(context, () => {})
  assertFailed(
    await compare(context, '127.0.0.1', String(port), '--timeout', '100'),
    /did not answer within 100 ms: does it speak echo\?/,
  )
})

test('an error page is no reply to be measured', limits, async (context) => {
  const port = await httpServer(context, (_, response) => response.writeHead(503).end())
  assertFailed(await compare(context, 'localhost', String(port), '--protocol', 'http'), /answers 503/)
})

/** A server that answers so many requests of 64 bytes, and leaves the others to `then`. */
async function tiring(context: TestContext, answers: number, then: (connection: Socket) => void): Promise<number> {
  let left = answers
  return tcpServer(context, (connection) => {
    connection.on('data', (bytes) => {
      if (left-- > 0) connection.write(bytes)
      else then(connection)
    })
  })
}

test(
  'a server that dies in the middle: what was done is shown, and each way says how it failed',
  limits,
  async (context) => {
    // The probe's request, and all of the first way.
    const port = await tiring(context, 1 + 2 * 5, (connection) => connection.destroy())
    const ended = await compare(
      context,
      '127.0.0.1',
      String(port),
      '--connections',
      '2',
      '--requests',
      '5',
      '--no-strace',
    )
    assertFailed(ended, /threads failed: /)
    const printed = ended.stdout.toString()
    assert.match(printed, /^ +blocking$/m)
    for (const way of all.slice(1)) assert.match(printed, new RegExp(`^${way} failed: .`, 'm'))
  },
)

test('computing for the other connections is not taken for a silent server', limits, async (context) => {
  const workload = ['--connections', '15', '--requests', '1', '--think', '100ms', '--timeout', '1s']
  const { code, stderr } = await compare(context, ...workload, '--ways', 'async,handlers,node:net', '--no-strace')
  assert.equal(code, 0, stderr)
})

test('a server that falls silent in the middle: every way gives up in time', limits, async (context) => {
  const port = await tiring(context, 1, () => {})
  const ended = await compare(context, '127.0.0.1', String(port), '--timeout', '500', '--no-strace')
  assertFailed(ended, /blocking failed: /)
  const printed = ended.stdout.toString()
  for (const way of all) assert.match(printed, new RegExp(`^${way} failed: .* did not answer within 500 ms$`, 'm'))
})

test(
  'Ctrl-C prints what is done, with the status of an interruption, and leaves no process',
  limits,
  async (context) => {
    let child: Child | undefined
    const gone: Promise<unknown>[] = []
    const port = await tiring(context, 1 + 10, (connection) => {
      gone.push(once(connection, 'close'))
      child!.signal('SIGINT')
    })
    const ways = ['--ways', 'blocking,selector,node:net']
    const args = ['compare', '127.0.0.1', String(port), '--connections', '1', '--requests', '10', ...ways]
    child = new Child(context, 'src/cli/main.js', args)
    const { code, stdout, stderr } = await child.ended()
    assert.equal(code, 130)
    assert.equal(stderr, 'berkeley: interrupted\n')
    assert.match(stdout.toString(), /^ +blocking$/m)
    assert.match(stdout.toString(), /^selector was interrupted: /m)
    assert.match(stdout.toString(), /^node:net was interrupted: it was not begun$/m)
    await Promise.all(gone)
  },
)

test('an interrupted comparison is still a JSON document', limits, async (context) => {
  let child: Child | undefined
  const port = await tiring(context, 1, () => child!.signal('SIGTERM'))
  child = new Child(context, 'src/cli/main.js', ['compare', '127.0.0.1', String(port), '--json'])
  const { code, stdout } = await child.ended()
  assert.equal(code, 143)
  const { interrupted, outcomes } = JSON.parse(stdout.toString()) as Printed & { interrupted: boolean }
  assert.equal(interrupted, true)
  assert.deepEqual(new Set(outcomes.map(({ state }) => state)), new Set(['interrupted']))
})

/** Makes a way's process believe that this system has no sockets of Node's. */
const lacksNet = encodeURIComponent(`
  import net from 'node:net'
  import { syncBuiltinESMExports } from 'node:module'
  if (process.argv[2] === 'node:net') {
    const code = 'ERR_FEATURE_UNSUPPORTED'
    net.connect = () => { throw Object.assign(new Error('no such sockets'), { code }) }
    syncBuiltinESMExports()
  }`)

test('a way that this system lacks is told, and fails only who asked for it', limits, async (context) => {
  const start = { env: { NODE_OPTIONS: `--import=data:text/javascript,${lacksNet}` } }
  const some = ['compare', '--requests', '5', '--no-strace']
  const all = await run(context, 'src/cli/main.js', some, start)
  assert.equal(all.code, 0, all.stderr)
  assert.match(all.stdout.toString(), /^node:net is not available here: no such sockets$/m)
  const named = await run(context, 'src/cli/main.js', [...some, '--ways', 'blocking,node:net'], start)
  assertFailed(named, /node:net is not available here: no such sockets/)
})

test('whoever stops reading ends it, and no process is left', limits, async (context) => {
  let child: Child | undefined
  const gone: Promise<unknown>[] = []
  const port = await tiring(context, 1, (connection) => {
    gone.push(once(connection, 'close'))
    child!.stopReading()
  })
  const size = ['--connections', '1', '--timeout', '300', '--no-strace']
  child = new Child(context, 'src/cli/main.js', ['compare', '127.0.0.1', String(port), ...size])
  assert.equal((await child.ended()).code, 0)
  await Promise.all(gone)
})

test('a comparison that is killed leaves no process', limits, async (context) => {
  let child: Child | undefined
  const gone: Promise<unknown>[] = []
  const port = await tiring(context, 1, (connection) => {
    if (gone.length === 0) gone.push(once(connection, 'close'))
    child!.signal('SIGKILL')
    if (!connection.destroyed) connection.write(Buffer.alloc(64, 'x'))
  })
  const args = ['compare', '127.0.0.1', String(port), '--connections', '1', '--duration', '1000s']
  child = new Child(context, 'src/cli/main.js', args)
  assert.equal((await child.ended()).signal, 'SIGKILL')
  await Promise.all(gone)
})

test('more connections than there may be descriptors', limits, async (context) => {
  const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url))
  const words = [process.execPath, main, 'compare', '--connections', '500', '--no-strace']
  // What is preloaded here is, by way of the shell, for a program of ours.
  const env = { LD_PRELOAD: process.env['LD_PRELOAD'] }
  const ended = await run(context, 'sh', ['-c', 'ulimit -n 200 && exec "$@"', 'sh', ...words], { env })
  assertFailed(ended, /blocking failed: socket EMFILE/)
})

/** Uses that are wrong, and what is said of them. */
const misuses: readonly (readonly [args: readonly string[], message: RegExp])[] = [
  [['--ways', 'blocking,magic'], /'magic' is none of blocking, /],
  [['--protocol', 'smtp'], /Allowed choices are echo, http/],
  [['--connections', '0'], /Not a whole number/],
  [['--payload', 'x'], /Not a number of bytes/],
  [['--payload', '0'], /echo needs a --payload of 1/],
  [['--duration', '0'], /--duration/],
  [['--timeout', '0'], /--timeout/],
  [['--path', 'index.html'], /Not a path/],
  [['--json', '--csv'], /cannot be used with/],
  [['localhost', '7', '--latency', '5ms'], /own server/],
]

test('a wrong use has status 2', limits, async (context) => {
  for (const [args, message] of misuses) {
    const { code, stderr, stdout } = await compare(context, ...args)
    assert.equal(code, 2, args.join(' '))
    assert.match(stderr, message)
    assert.equal(stdout.length, 0)
  }
})
