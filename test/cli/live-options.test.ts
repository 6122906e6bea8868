// `berkeley options HOST PORT`: the values of a live connection.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { AF_INET, createServer, IP_TTL, SO_KEEPALIVE, SO_LINGER, SOCK_DGRAM, Socket, TCP_KEEPIDLE } from 'berkeley'
import { openLive, readAll } from '../../src/cli/options/live.js'
import { run, succeeds } from '../support/child.js'
import { temporaryFolder } from '../support/folders.js'
import { asyncListener, boundTo, deadPort, portOf } from '../support/listeners.js'

const limits = { timeout: 60_000 }

interface LiveRow {
  readonly name: string
  readonly value?: unknown
  readonly error?: string
  readonly doc: string
  readonly fields?: Readonly<Record<string, string>>
}
interface LiveOutput {
  readonly local: { readonly port?: number }
  readonly peer: { readonly port?: number }
  readonly options: readonly LiveRow[]
}

async function options(context: TestContext, ...args: string[]): Promise<LiveOutput> {
  return JSON.parse(await succeeds(context, 'src/cli/main.js', ['options', '--json', ...args])) as LiveOutput
}

test('options: shows each option of a TCP connection with its value and meaning', limits, async (context) => {
  await using listener = asyncListener()
  const { port } = boundTo(listener)
  const { local, peer, options: rows } = await options(context, '127.0.0.1', String(port))
  await using accepted = await listener.accept()
  assert.equal(peer.port, port)
  assert.equal(local.port, (accepted.peerAddress as { port: number }).port)
  const value = (name: string): unknown => rows.find((row) => row.name === name)!.value
  assert.deepEqual(['SO_DOMAIN', 'SO_TYPE', 'SO_PROTOCOL'].map(value), ['AF_INET', 'SOCK_STREAM', 'IPPROTO_TCP'])
  // A new socket of this process has the same defaults.
  using plain = new Socket()
  for (const option of [TCP_KEEPIDLE, IP_TTL]) assert.equal(value(option.name), plain.getOption(option), option.name)
  assert.deepEqual([value(SO_KEEPALIVE.name), value(SO_LINGER.name)], [false, null])
  const info = rows.find(({ name }) => name === 'TCP_INFO')!
  assert.equal((info.value as { state: unknown }).state, 'TCP_ESTABLISHED')
  assert.deepEqual(Object.keys(info.fields!), Object.keys(info.value as object))
  assert.match(info.fields!['rtt']!, /^Smoothed round-trip time, µs\.$/)
  for (const { name, doc, error, fields = {} } of rows) {
    for (const meaning of [doc, ...Object.values(fields)]) assert.ok(meaning.length > 0, name)
    assert.match(error ?? 'ENONE', /^E[A-Z]+$/, name)
  }
  for (const name of ['UDP_GRO', 'IPV6_V6ONLY', 'SO_PEERCRED', 'SO_ATTACH_FILTER']) {
    assert.equal(
      rows.some((row) => row.name === name),
      false,
      name,
    )
  }
})

test('options: prints a live connection in 80 columns', limits, async (context) => {
  const path = join(temporaryFolder(), 'socket')
  using listener = createServer({ path })
  const text = await succeeds(context, 'src/cli/main.js', ['options', path])
  assert.equal(
    text.split('\n').find((line) => line.length > 80),
    undefined,
  )
  assert.match(text, new RegExp(`^from a socket without a name to ${listener.address.path}\n\nSOL_SOCKET\n`))
  assert.match(text, /^ {2}SO_DOMAIN {2}AF_UNIX\n {6}The family\.$/m)
  assert.match(text, new RegExp(`^ {2}SO_PEERCRED\n(?: {6}.*\n)+? {6}pid +${process.pid} +The id of the process`, 'm'))
})

test('options: reads a UDP socket', limits, () => {
  using receiver = new Socket(AF_INET, SOCK_DGRAM)
  receiver.bind({ host: '127.0.0.1', port: 0 })
  using socket = openLive({ host: '127.0.0.1', port: portOf(receiver), udp: true, timeout: 10_000 })
  const names = readAll(socket).map(({ row }) => row.name)
  assert.ok(names.includes('UDP_GRO') && names.includes('IP_MULTICAST_TTL'))
  assert.ok(!names.includes('TCP_INFO'))
})

test('options: a connection that is refused fails in one line', limits, async (context) => {
  const { code, stderr } = await run(context, 'src/cli/main.js', ['options', '127.0.0.1', String(deadPort())])
  assert.equal(code, 1)
  assert.match(stderr, /^berkeley: connect ECONNREFUSED [^\n]+\n$/)
})
