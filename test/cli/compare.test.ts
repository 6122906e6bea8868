// The command from the outside: each mode runs in its own process, against running servers.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Figures, SystemCalls } from '../../src/cli/compare/measurement/result.js'
import { MODE_NAMES, type ModeName } from '../../src/cli/compare/workload/mode-names.js'
import { Child, type Ended, failureOf, run } from '../support/child.js'
import { deadPort, fullTcpListener } from '../support/listeners.js'
import { httpServer, tcpServer } from '../support/node-servers.js'

const limits = { timeout: 180_000 }
const allModes: readonly ModeName[] = MODE_NAMES
/** The modes that wait on all connections at once, in one thread. */
const concurrentModes = allModes.filter((mode) => mode !== 'blocking' && mode !== 'threads')

function compare(context: TestContext, ...args: string[]): Promise<Ended> {
  return run(context, 'src/cli/main.js', ['compare', ...args])
}

interface PrintedJson {
  readonly results: readonly {
    readonly mode: ModeName
    readonly state: string
    readonly reason?: string
    readonly figures: Figures
    readonly systemCalls?: SystemCalls
  }[]
  readonly recommendation: { readonly mode: string | null; readonly sentences: readonly string[] }
}

/** Runs a comparison in which all modes finish, and returns their figures. */
async function figuresOf(
  context: TestContext,
  ...args: string[]
): Promise<Record<ModeName, Figures> & { printed: PrintedJson }> {
  const { code, stdout, stderr } = await compare(context, '--json', '--no-strace', ...args)
  assert.equal(code, 0, stderr)
  const printed = JSON.parse(stdout.toString()) as PrintedJson
  const figures = printed.results.map(({ mode, state, figures }) => {
    assert.equal(state, 'done', mode)
    return [mode, figures]
  })
  return { ...Object.fromEntries(figures), printed }
}

/** Asserts a failure: exit status 1 and one line on standard error. */
function assertFailed({ code, stderr }: Ended, message: RegExp): void {
  assert.equal(code, 1)
  assert.match(stderr, /^berkeley: [^\n]+\n$/)
  assert.match(stderr, message)
}

test('compare: blocking waits for one reply after the other, other modes for all at once', limits, async (context) => {
  const args = ['--connections', '20', '--latency', '50ms', '--requests', '1', '--threads', '5']
  const figures = await figuresOf(context, ...args)
  const { blocking, threads, printed } = figures
  for (const mode of allModes) {
    assert.equal(figures[mode].requests, 20)
    assert.ok(figures[mode].latencyMs.p50 >= 50)
    assert.ok(figures[mode].totalMs >= 50)
    assert.ok(figures[mode].cpuMs > 0)
    assert.ok(figures[mode].peakMemoryBytes > 2 ** 20)
  }
  assert.ok(blocking.totalMs >= 20 * 50)
  assert.ok(blocking.mainThread.longestMs >= 20 * 50 - 10)
  assert.ok(threads.totalMs >= 4 * 50)
  assert.ok(threads.totalMs < blocking.totalMs)
  assert.equal(threads.threads.javaScript, 6)
  for (const mode of concurrentModes) assert.ok(figures[mode].totalMs < blocking.totalMs / 2, mode)
  assert.notEqual(printed.recommendation.mode, 'blocking')
  assert.match(printed.recommendation.sentences.join(' '), /blocking waits on one connection at a time/)
})

test('compare: a long result of a process with threads arrives whole', limits, async (context) => {
  const args = ['--json', '--no-strace', '--modes', 'threads', '--requests', '5000']
  const { code, stdout, stderr } = await compare(context, ...args)
  assert.equal(code, 0, stderr)
  const { results } = JSON.parse(stdout.toString()) as PrintedJson
  assert.deepEqual(
    results.map(({ figures }) => figures.requests),
    [50_000],
  )
})

test('compare: --think blocks the main thread, except in mode threads', limits, async (context) => {
  const args = ['--connections', '4', '--requests', '3', '--think', '40ms']
  const figures = await figuresOf(context, ...args)
  for (const mode of allModes.filter((name) => name !== 'threads')) {
    assert.ok(figures[mode].mainThread.totalMs > 2 * figures.threads.mainThread.totalMs, mode)
  }
})

for (const protocol of ['echo', 'http', 'redis-ping', 'lines']) {
  test(`compare: every mode receives every reply of the built-in ${protocol} server`, limits, async (context) => {
    const args = ['--protocol', protocol, '--connections', '3', '--requests', '20', '--payload', '2000']
    const figures = await figuresOf(context, ...args)
    for (const mode of allModes) assert.equal(figures[mode].requests, 60)
  })
}

test('compare: jitter only adds to the latency', limits, async (context) => {
  const args = [
    '--connections',
    '10',
    '--requests',
    '2',
    '--latency',
    '20',
    '--jitter',
    '30',
    '--modes',
    'await,readiness',
  ]
  const { readiness, printed } = await figuresOf(context, ...args)
  assert.deepEqual(
    printed.results.map(({ mode }) => mode),
    ['readiness', 'await'],
  )
  assert.ok(readiness.latencyMs.p50 >= 20)
  assert.ok(readiness.latencyMs.max > 25)
})

test('compare: --duration limits the run without a number of requests', limits, async (context) => {
  const figures = await figuresOf(context, '--connections', '2', '--duration', '100ms')
  for (const mode of allModes) {
    assert.ok(figures[mode].totalMs >= 100)
    assert.ok(figures[mode].requests >= 2)
  }
})

test('compare: reconnects to a server that closes after each reply', limits, async (context) => {
  const port = await httpServer(context, (_, response) => response.end('a page'))
  const args = ['127.0.0.1', String(port), '--protocol', 'http', '--connections', '3', '--requests', '5']
  const figures = await figuresOf(context, ...args)
  for (const mode of allModes) assert.equal(figures[mode].requests, 15)
})

const noStrace = failureOf('strace', ['-o', '/dev/null', 'true']) && 'strace cannot trace here'

test('compare: counts the system calls of a request by name', { ...limits, skip: noStrace }, async (context) => {
  const { code, stdout, stderr } = await compare(context, '--json', '--connections', '2', '--requests', '50')
  assert.equal(code, 0, stderr)
  const { results } = JSON.parse(stdout.toString()) as PrintedJson
  for (const { mode, systemCalls } of results) {
    assert.equal(systemCalls!.requests, 100, mode)
    // One to send and one to receive; the runtime may make more.
    assert.ok(systemCalls!.perRequest >= 2, mode)
    const { sendto = 0, recvfrom = 0, write = 0, read = 0 } = systemCalls!.byName
    assert.ok(sendto + write >= 100, mode)
    assert.ok(recvfrom + read >= 100, mode)
  }
})

test('compare: prints at most 80 columns, and a recommendation at the end', limits, async (context) => {
  const { code, stdout, stderr } = await compare(context, '--connections', '5', '--latency', '5', '--requests', '1')
  assert.equal(code, 0, stderr)
  const lines = stdout.toString().trimEnd().split('\n')
  assert.equal(
    lines.find((line) => line.length > 80),
    undefined,
  )
  assert.ok(!stdout.includes('\x1b'))
  assert.match(stdout.toString(), /\nChoose [a-z:]+: /)
  assert.match(stdout.toString(), /\nrequests\/s .* \*\d/, 'the best cell has a star')
  assert.match(stdout.toString(), new RegExp(`^ +${allModes.join(' +')}$`, 'm'))
  assert.equal(stderr, '')
})

test('compare: --csv prints a line for each mode', limits, async (context) => {
  const { stdout } = await compare(context, '--csv', '--no-strace', '--requests', '2')
  const [head, ...rows] = stdout.toString().trimEnd().split('\r\n')
  assert.ok(head!.startsWith('mode,state,requests,total_ms'))
  assert.deepEqual(
    rows.map((row) => row.split(',').slice(0, 3).join(' ')),
    allModes.map((mode) => `${mode} done 20`),
  )
})

test('compare: reports a refused connection', limits, async (context) => {
  assertFailed(await compare(context, '127.0.0.1', String(deadPort())), /ECONNREFUSED/)
})

test('compare: reports a target that speaks another protocol', limits, async (context) => {
  const port = await tcpServer(context, (connection) => connection.end('SSH-2.0-OpenSSH_9\r\n'))
  const target = ['127.0.0.1', String(port)]
  assertFailed(
    await compare(context, ...target),
    /127\.0\.0\.1:\d+: the reply is not the expected echo: it contains "SSH-2\.0/,
  )
  assertFailed(
    await compare(context, ...target, '--protocol', 'http'),
    /is not valid HTTP\/1\.1: the first line is "SSH-2\.0/,
  )
  assertFailed(await compare(context, ...target, '--protocol', 'redis-ping'), /is not the expected PONG of redis/)
})

test('compare: reports a target that cannot be reached, without doubting its protocol', limits, async (context) => {
  using full = fullTcpListener()
  const { port } = full.listener.getSockName() as { port: number }
  const ended = await compare(context, '127.0.0.1', String(port), '--timeout', '100')
  assertFailed(ended, /127\.0\.0\.1:\d+ could not be reached within 100 ms\n$/)
})

test('compare: reports a target that does not reply', limits, async (context) => {
  const port = await tcpServer(context, () => {})
  assertFailed(
    await compare(context, '127.0.0.1', String(port), '--timeout', '100'),
    /did not reply within 100 ms: does it speak echo\?/,
  )
})

test('compare: an HTTP error status is a failure', limits, async (context) => {
  const port = await httpServer(context, (_, response) => response.writeHead(503).end())
  assertFailed(await compare(context, 'localhost', String(port), '--protocol', 'http'), /replied 503/)
})

/** A server that echoes so many requests, and calls `afterwards` for each further one. */
async function limitedEcho(
  context: TestContext,
  replies: number,
  afterwards: (connection: Socket) => void,
): Promise<number> {
  let left = replies
  return tcpServer(context, (connection) => {
    connection.on('data', (bytes) => {
      if (left-- > 0) connection.write(bytes)
      else afterwards(connection)
    })
  })
}

test('compare: prints finished modes and the failure of the others when the server dies', limits, async (context) => {
  // The request of the probe, and all requests of the first mode.
  const port = await limitedEcho(context, 1 + 2 * 5, (connection) => connection.destroy())
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
  for (const mode of allModes.slice(1)) assert.match(printed, new RegExp(`^${mode} failed: .`, 'm'))
})

test(
  'compare: computation for other connections does not count as a timeout of the server',
  limits,
  async (context) => {
    const workload = ['--connections', '15', '--requests', '1', '--think', '100ms', '--timeout', '1s']
    const { code, stderr } = await compare(context, ...workload, '--modes', 'await,handlers,node:net', '--no-strace')
    assert.equal(code, 0, stderr)
  },
)

test('compare: every mode times out when the server stops replying', limits, async (context) => {
  const port = await limitedEcho(context, 1, () => {})
  const ended = await compare(context, '127.0.0.1', String(port), '--timeout', '500', '--no-strace')
  assertFailed(ended, /blocking failed: /)
  const printed = ended.stdout.toString()
  for (const mode of allModes)
    assert.match(printed, new RegExp(`^${mode} failed: .* did not reply within 500 ms$`, 'm'))
})

test(
  'compare: Ctrl-C prints the results until then, with exit status 130, and leaves no process',
  limits,
  async (context) => {
    let child: Child | undefined
    const gone: Promise<unknown>[] = []
    const port = await limitedEcho(context, 1 + 10, (connection) => {
      gone.push(once(connection, 'close'))
      child!.signal('SIGINT')
    })
    const modes = ['--modes', 'blocking,readiness,node:net']
    const args = ['compare', '127.0.0.1', String(port), '--connections', '1', '--requests', '10', ...modes]
    child = new Child(context, 'src/cli/main.js', args)
    const { code, stdout, stderr } = await child.ended()
    assert.equal(code, 130)
    assert.equal(stderr, 'berkeley: interrupted\n')
    assert.match(stdout.toString(), /^ +blocking$/m)
    assert.match(stdout.toString(), /^readiness was interrupted: /m)
    assert.match(stdout.toString(), /^node:net was interrupted: it had not started$/m)
    await Promise.all(gone)
  },
)

test('compare: --json prints a whole document after an interruption', limits, async (context) => {
  let child: Child | undefined
  const port = await limitedEcho(context, 1, () => child!.signal('SIGTERM'))
  child = new Child(context, 'src/cli/main.js', ['compare', '127.0.0.1', String(port), '--json'])
  const { code, stdout } = await child.ended()
  assert.equal(code, 143)
  const { interrupted, results } = JSON.parse(stdout.toString()) as PrintedJson & { interrupted: boolean }
  assert.equal(interrupted, true)
  assert.deepEqual(new Set(results.map(({ state }) => state)), new Set(['interrupted']))
})

/** Makes `net.connect` fail in the process of mode `node:net` as if the system lacked it. */
const lacksNet = encodeURIComponent(`
  import net from 'node:net'
  import { syncBuiltinESMExports } from 'node:module'
  if (process.argv[2] === 'node:net') {
    const code = 'ERR_FEATURE_UNSUPPORTED'
    net.connect = () => { throw Object.assign(new Error('no such sockets'), { code }) }
    syncBuiltinESMExports()
  }`)

test('compare: an unavailable mode is reported, and is a failure only if it is named', limits, async (context) => {
  const start = { env: { NODE_OPTIONS: `--import=data:text/javascript,${lacksNet}` } }
  const args = ['compare', '--requests', '5', '--no-strace']
  const unnamed = await run(context, 'src/cli/main.js', args, start)
  assert.equal(unnamed.code, 0, unnamed.stderr)
  assert.match(unnamed.stdout.toString(), /^node:net is not available here: no such sockets$/m)
  const named = await run(context, 'src/cli/main.js', [...args, '--modes', 'blocking,node:net'], start)
  assertFailed(named, /node:net is not available here: no such sockets/)
})

test('compare: a closed output pipe ends it and leaves no process', limits, async (context) => {
  let child: Child | undefined
  const gone: Promise<unknown>[] = []
  const port = await limitedEcho(context, 1, (connection) => {
    gone.push(once(connection, 'close'))
    child!.stopReading()
  })
  const size = ['--connections', '1', '--timeout', '300', '--no-strace']
  child = new Child(context, 'src/cli/main.js', ['compare', '127.0.0.1', String(port), ...size])
  assert.equal((await child.ended()).code, 0)
  await Promise.all(gone)
})

test('compare: SIGKILL leaves no process', limits, async (context) => {
  let child: Child | undefined
  const gone: Promise<unknown>[] = []
  const port = await limitedEcho(context, 1, (connection) => {
    if (gone.length === 0) gone.push(once(connection, 'close'))
    child!.signal('SIGKILL')
    if (!connection.destroyed) connection.write(Buffer.alloc(64, 'x'))
  })
  const args = ['compare', '127.0.0.1', String(port), '--connections', '1', '--duration', '1000s']
  child = new Child(context, 'src/cli/main.js', args)
  assert.equal((await child.ended()).signal, 'SIGKILL')
  await Promise.all(gone)
})

test('compare: reports more connections than the descriptor limit allows', limits, async (context) => {
  const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url))
  const words = [process.execPath, main, 'compare', '--connections', '500', '--no-strace']
  // The shell passes the preloaded libraries of this process, a sanitizer for instance, on to the command.
  const env = { LD_PRELOAD: process.env['LD_PRELOAD'] }
  const ended = await run(context, 'sh', ['-c', 'ulimit -n 200 && exec "$@"', 'sh', ...words], { env })
  assertFailed(ended, /blocking failed: socket EMFILE/)
})

/** Wrong usage, and its messages. */
const misuses: readonly (readonly [args: readonly string[], message: RegExp])[] = [
  [['--modes', 'blocking,magic'], /'magic' is not a mode; expected blocking, /],
  [['--modes', 'async'], /'async' is called await; expected blocking, /],
  [['--protocol', 'smtp'], /Allowed choices are echo, http/],
  [['--connections', '0'], /Expected a whole number/],
  [['--payload', 'x'], /Expected a number of bytes/],
  [['--payload', '0'], /echo needs a --payload of at least 1/],
  [['--duration', '0'], /--duration/],
  [['--timeout', '0'], /--timeout/],
  [['--path', 'index.html'], /Expected a path/],
  [['--json', '--csv'], /cannot be used with/],
  [['localhost', '7', '--latency', '5ms'], /built-in server/],
]

test('compare: wrong usage has exit status 2', limits, async (context) => {
  for (const [args, message] of misuses) {
    const { code, stderr, stdout } = await compare(context, ...args)
    assert.equal(code, 2, args.join(' '))
    assert.match(stderr, message)
    assert.equal(stdout.length, 0)
  }
})
