// The page on scaling out: its programs and its configurations, run as they stand there, with ports that are free.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type AsyncSocket, openConnection } from 'berkeley'
import { addonPreload, Child, run, succeeds } from '../support/child.js'
import { find, needs, onFreePort } from '../support/debian.js'
import { root, temporaryFolder } from '../support/folders.js'

const limits = { timeout: 180_000 }
const SERVICE = 'examples/service.js'
const page = readFileSync(join(root, 'docs/guide/scaling-out.md'), 'utf8')

/** The code block of the page that begins with this line. */
function configuration(firstLine: string): string {
  const begin = page.indexOf(`\n${firstLine}\n`) + 1
  assert.ok(begin > 0, firstLine)
  return page.slice(begin, page.indexOf('\n```', begin) + 1)
}

function open(port: number): Promise<AsyncSocket> {
  return openConnection({ host: '127.0.0.1', port }, { timeout: 60_000 })
}

/** Sends a line to an echo server and returns its reply. */
async function ask(socket: AsyncSocket, line = 'hello'): Promise<string> {
  await socket.sendAll(`${line}\n`)
  return (await socket.reader().readLine()) ?? ''
}

async function askOnce(port: number): Promise<string> {
  const socket = await open(port)
  try {
    return await ask(socket)
  } finally {
    socket.close()
  }
}

/** The code with which a connection fails; `undefined` if it does not. */
async function failureOfConnect(port: number): Promise<string | undefined> {
  try {
    const socket = await open(port)
    socket.close()
    return undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code
  }
}

async function startService(context: TestContext, args: string[] = [], env: NodeJS.ProcessEnv = {}) {
  const child = new Child(context, SERVICE, args, { env })
  const [, port] = await child.prints(/listens at .*"port":(\d+)/)
  return { child, port: Number(port) }
}

/** Asks over many connections and returns the names of those that replied. */
async function repliers(port: number): Promise<Set<string>> {
  // The kernel's hash sends 64 connections to one of two listeners with a probability of 2^-63.
  const replies = await Promise.all(Array.from({ length: 64 }, () => askOnce(port)))
  return new Set(replies.map((reply) => /^(.*): hello$/.exec(reply)![1]!))
}

test('all-cores: the kernel spreads connections over the listeners of two threads', limits, async (context) => {
  const child = new Child(context, 'examples/all-cores.js', ['0', '2'])
  const [, port] = await child.prints(/port: (\d+)/)
  assert.deepEqual([...(await repliers(Number(port)))].sort(), ['thread 1', 'thread 2'])
})

test('cluster: two processes serve one port, and one that dies is replaced', limits, async (context) => {
  const { child, port } = await onFreePort(async (free) => {
    const primary = new Child(context, 'examples/cluster.js', [String(free), '2'], { endBy: 'SIGTERM' })
    await primary.prints(/listens(?:.|\n)*listens/)
    return primary
  })
  const processes = [...(await repliers(port))]
  assert.equal(processes.length, 2)
  process.kill(Number(processes[0]!.split(' ')[1]), 'SIGKILL')
  await child.prints(/listens(?:.|\n)*listens(?:.|\n)*listens/)
  const replaced = await repliers(port)
  assert.equal(replaced.size, 2)
  assert.ok(!replaced.has(processes[0]!))
})

test('service: SIGTERM refuses new connections, and lets open ones end', limits, async (context) => {
  const { child, port } = await startService(context)
  const socket = await open(port)
  assert.equal(await ask(socket), `${child.pid}: hello`)
  child.signal('SIGTERM')
  // Until the signal has been handled the kernel accepts for the listener, and then resets what was not accepted.
  while ((await failureOfConnect(port)) !== 'ECONNREFUSED');
  assert.equal(await ask(socket, 'still here'), `${child.pid}: still here`)
  socket.close()
  const { code, stderr } = await child.ended()
  assert.deepEqual([code, stderr], [0, ''])
})

test('service: a successor serves the same listener before its predecessor stops', limits, async (context) => {
  const { child, port } = await startService(context)
  const socket = await open(port)
  await ask(socket)
  child.signal('SIGHUP')
  const [, successor] = await child.prints(/listens(?:.|\n)*process (\d+) listens/)
  // Ended by its own id, because it is a child of a program that has ended by then.
  context.after(() => process.kill(Number(successor), 'SIGKILL'))
  while ((await askOnce(port)) !== `${successor}: hello`);
  assert.equal(await ask(socket), `${child.pid}: hello`)
  socket.close()
})

test('haproxy.cfg: spreads clients, checks health without errors, and loses none to a stop', {
  ...limits,
  ...needs('haproxy'),
}, async (context) => {
  const services = [
    await startService(context, [], { PROXY_PROTOCOL: '1' }),
    await startService(context, [], { PROXY_PROTOCOL: '1' }),
  ]
  const file = join(temporaryFolder(), 'haproxy.cfg')
  const { port } = await onFreePort(async (free) => {
    const ports = { 8000: free, 8081: services[0]!.port, 8082: services[1]!.port }
    const text = configuration('# haproxy.cfg').replaceAll(
      /:(8\d\d\d)\b/g,
      (_, own) => `:${ports[own as unknown as 8000]}`,
    )
    writeFileSync(file, text)
    await succeeds(context, find('haproxy')!, ['-c', '-q', '-f', file])
    const haproxy = new Child(context, find('haproxy')!, ['-db', '-f', file])
    await Promise.race([
      Promise.all(services.map(({ child }) => child.prints(/health check/))),
      haproxy.ended().then(({ stderr }) => assert.fail(stderr)),
    ])
    return haproxy
  })

  const socket = await open(port)
  const reply = await ask(socket)
  const own = (socket.getSockName() as { port: number }).port
  const served = services.find(({ child }) => reply === `${child.pid}: hello`)!
  await served.child.prints(new RegExp(`client .*"port":${own}`))
  socket.close()

  served.child.signal('SIGTERM')
  const other = services.find((service) => service !== served)!
  const { stderr } = await served.child.ended()
  assert.equal(stderr, '', 'health checks are no errors')
  for (let count = 0; count < 4; count++) assert.equal(await askOnce(port), `${other.child.pid}: hello`)
})

test('systemd units: systemd accepts them', { ...limits, ...needs('systemd-analyze', 'systemd') }, async (context) => {
  const folder = temporaryFolder()
  const units = ['service.socket', 'service.service'].map((name) => {
    const text = configuration(`# /etc/systemd/system/${name}`)
    const path = join(folder, name)
    writeFileSync(path, text.replace('/usr/bin/node /opt/service/service.js', process.execPath))
    return path
  })
  const { code, stderr } = await run(context, find('systemd-analyze')!, ['verify', '--man=no', ...units])
  assert.deepEqual([code, stderr.split('\n').filter((line) => line.includes(folder))], [0, []], stderr)
})

test('service: systemd starts it with the first connection', {
  ...limits,
  ...needs('systemd-socket-activate', 'systemd'),
}, async (context) => {
  const program = fileURLToPath(new URL('../../examples/service.js', import.meta.url))
  const { child, port } = await onFreePort(async (free) => {
    const variables = ['BERKELEY_ADDON', 'LD_PRELOAD', 'ASAN_OPTIONS', 'UBSAN_OPTIONS'].flatMap((name) =>
      process.env[name] === undefined ? [] : ['-E', name],
    )
    const args = ['-l', `127.0.0.1:${free}`, ...variables, process.execPath, program]
    const manager = new Child(context, find('systemd-socket-activate')!, args, { env: addonPreload })
    await manager.complains(/Listening on/)
    return manager
  })
  assert.match(await askOnce(port), /^\d+: hello$/)
  await child.prints(new RegExp(`listens at .*"port":${port}`))
})
