// The example programs of datagrams, messages and network tools, each as a process of its own. Where a real tool does the
// same, their outputs are compared.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { AF_INET, AF_NETLINK, AF_PACKET, AF_UNIX, AsyncSocket, NETLINK_ROUTE, SOCK_DGRAM, SOCK_RAW } from 'berkeley'
import { Child, fixture, run, succeeds } from '../support/child.js'
import { find, needs, onFreePort } from '../support/debian.js'
import { socketMissing } from '../support/families.js'
import { temporaryFolder } from '../support/folders.js'
import { portOf } from '../support/listeners.js'
import { inOwnNetwork, noNetwork } from '../support/network-namespace.js'
import { inOwnNamespaces, noNamespaces } from '../support/network-namespaces.js'

const limits = { timeout: 180_000 }
const limit = { timeout: 60_000 }

const example = (name: string): string => `examples/${name}.js`

/** Why a tool cannot be compared with, as `skip` takes it; false where it can. */
const toolMissing = (name: string, debianPackage = name): string | false => needs(name, debianPackage).skip

const noNetlink = socketMissing(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE)

test('interfaces: prints the links that `ip -j link` prints', {
  ...limits,
  skip: noNetlink || toolMissing('ip', 'iproute2'),
}, async (context) => {
  const fields = ({ ifindex, ifname, mtu, address }: Record<string, unknown>): object => ({
    ifindex,
    ifname,
    mtu,
    address,
  })
  const [ours, theirs] = [await succeeds(context, example('interfaces')), await succeeds(context, 'ip', ['-j', 'link'])]
  assert.deepEqual(JSON.parse(ours), JSON.parse(theirs).map(fields))
})

test('sniff: prints the datagrams that tcpdump prints, and none of other ports', {
  ...limits,
  skip: socketMissing(AF_PACKET, SOCK_DGRAM) || toolMissing('tcpdump'),
}, async (context) => {
  const [receiver, other] = [new AsyncSocket(AF_INET, SOCK_DGRAM), new AsyncSocket(AF_INET, SOCK_DGRAM)]
  for (const socket of [receiver, other]) socket.bind({ host: '127.0.0.1', port: 0 })
  const port = String(portOf(receiver))
  const sniffer = new Child(context, example('sniff'), ['lo', port, '2'])
  const tcpdump = new Child(context, find('tcpdump')!, ['-i', 'lo', '-n', '-t', '-l', '-c', '2', 'udp', 'port', port])
  await Promise.all([sniffer.prints(/listening/), tcpdump.complains(/listening on/)])
  await other.sendTo('to another port', other.getSockName())
  await other.sendTo('to', receiver.getSockName())
  await receiver.sendTo('and fro', other.getSockName())
  const expected = [`127.0.0.1.${portOf(other)} > 127.0.0.1.${port}: UDP, length 2`]
  expected.push(`127.0.0.1.${port} > 127.0.0.1.${portOf(other)}: UDP, length 7`)
  const lines = (ended: { stdout: Buffer }): string[] => ended.stdout.toString().trim().split('\n')
  assert.deepEqual(lines(await sniffer.ended()).slice(1), expected)
  assert.deepEqual(
    lines(await tcpdump.ended()).map((line) => line.replace(/^IP /, '')),
    expected,
  )
  receiver.close()
  other.close()
})

/** What ping prints of its replies, without their times. */
const replies = (text: string): string[] => text.match(/\d+ bytes from \S+: icmp_seq=\d+ ttl=\d+/g) ?? []

for (const [kind, range] of [
  ['raw', '1 0'],
  ['datagram', '0 2147483647'],
]) {
  test(`ping: prints the replies that ping prints, by a ${kind} socket`, {
    ...limits,
    skip: noNetwork || toolMissing('ping', 'iputils-ping'),
  }, async (context) => {
    // ping_group_range says which groups may open datagram sockets of ICMP. It belongs to a network namespace.
    const allow = ['sh', '-c', `echo ${range} > /proc/sys/net/ipv4/ping_group_range && exec "$0" "$@"`]
    const ours = await succeeds(context, example('ping'), ['127.0.0.1', '2'], { prefix: [...inOwnNetwork, ...allow] })
    assert.match(ours, new RegExp(`by a ${kind} socket`))
    const theirs = await succeeds(context, 'ping', ['-n', '-c', '2', '-i', '0.2', '127.0.0.1'], {
      prefix: inOwnNetwork,
    })
    assert.deepEqual(replies(ours), replies(theirs))
    assert.equal(replies(ours).length, 2)
  })
}

test('ping: reports that no reply came, and fails', { ...limits, skip: noNetwork }, async (context) => {
  const { code, stdout } = await run(context, example('ping'), ['10.99.0.2', '1'], { prefix: inOwnNetwork })
  assert.equal(code, 1)
  assert.match(stdout.toString(), /icmp_seq=1: .*timed out/)
})

test('traceroute: names the routers of three networks by the error queue', {
  ...limits,
  skip: noNamespaces,
}, async (context) => {
  const text = await succeeds(context, example('traceroute'), ['10.2.0.2', '5'], { prefix: inOwnNamespaces })
  assert.equal(text, '1 10.1.0.2\n2 10.2.0.2\n')
})

/** Starts dnsmasq with a name of few addresses and one of many. */
async function dnsServer(context: TestContext): Promise<{ port: number; many: string[] }> {
  const many = Array.from({ length: 60 }, (_, index) => `10.5.0.${index + 1}`)
  const { port } = await onFreePort(async (free) => {
    const records = ['few.test,10.4.0.1', ...many.map((address) => `many.test,${address}`)]
    const args = ['--no-daemon', '--no-resolv', '--no-hosts', '--conf-file=/dev/null', '--pid-file=', `--port=${free}`]
    const where = ['--listen-address=127.0.0.1', '--bind-interfaces', '--user=root', '--log-facility=-']
    const server = new Child(context, find('dnsmasq')!, [
      ...args,
      ...where,
      ...records.map((row) => `--host-record=${row}`),
    ])
    await server.complains(/started/)
    return server
  })
  return { port, many }
}

test('dns-client: finds what dig finds, over TCP where the response is truncated', {
  ...limits,
  skip: toolMissing('dnsmasq', 'dnsmasq-base') || toolMissing('dig', 'bind9-dnsutils'),
}, async (context) => {
  const { port, many } = await dnsServer(context)
  for (const [name, expected, complaint] of [
    ['few.test', ['10.4.0.1'], ''],
    ['many.test', many, 'truncated: asking over TCP\n'],
    ['none.test', [], ''],
  ] as [string, string[], string][]) {
    const { code, stdout, stderr } = await run(context, example('dns-client'), [name, '127.0.0.1', String(port)])
    assert.deepEqual([code, stderr], [0, complaint])
    const found = stdout.toString().split('\n').filter(Boolean).sort()
    assert.deepEqual(found, [...expected].sort())
    const dig = await succeeds(context, 'dig', ['+short', '-p', String(port), '@127.0.0.1', name, 'A'])
    assert.deepEqual(
      found,
      dig
        .split('\n')
        .filter((line) => /^\d/.test(line))
        .sort(),
    )
  }
})

/** A datagram socket at a path, which stands for the system's. */
function datagramsAt(path: string): AsyncSocket {
  const socket = new AsyncSocket(AF_UNIX, SOCK_DGRAM)
  socket.bind({ path })
  return socket
}

test('sd-notify: sends what systemd-notify sends, to a path and to an abstract name', {
  ...limits,
  skip: toolMissing('systemd-notify', 'systemd'),
}, async (context) => {
  const path = join(temporaryFolder(), 'notify')
  const name = `berkeley-notify-${process.pid}`
  const abstract = new AsyncSocket(AF_UNIX, SOCK_DGRAM)
  abstract.bind({ abstract: name })
  for (const [receiver, target] of [
    [datagramsAt(path), path],
    [abstract, `@${name}`],
  ] as [AsyncSocket, string][]) {
    const env = { NOTIFY_SOCKET: target }
    const states = ['READY=1', 'STATUS=Serving']
    await succeeds(context, example('sd-notify'), states, { env })
    const ours = String((await receiver.recvFrom(1000, limit)).data)
    await succeeds(context, 'systemd-notify', ['--no-block', ...states], { env })
    assert.equal(ours, String((await receiver.recvFrom(1000, limit)).data))
    receiver.close()
  }
  const { code, stderr } = await run(context, example('sd-notify'), ['READY=1'], { env: { NOTIFY_SOCKET: undefined } })
  assert.equal(code, 1)
  assert.match(stderr, /NOTIFY_SOCKET is not set/)
})

test('syslog: sends what logger sends, but for the time', {
  ...limits,
  skip: toolMissing('logger', 'bsdutils'),
}, async (context) => {
  const path = join(temporaryFolder(), 'log')
  const receiver = datagramsAt(path)
  const received = async (): Promise<string> =>
    String((await receiver.recvFrom(1000, limit)).data).replace(/[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d/, 'TIME')
  await succeeds(context, example('syslog'), ['the disk is full', path, 'example'])
  const ours = await received()
  await succeeds(context, 'logger', ['--socket', path, '--tag', 'example', '--socket-errors=on', 'the disk is full'])
  assert.equal(ours, await received())
  assert.equal(ours, '<13>TIME example: the disk is full')
  receiver.close()
})

test('statsd: sends each metric, and ends well where nothing receives them', limits, async (context) => {
  const receiver = new AsyncSocket(AF_INET, SOCK_DGRAM)
  receiver.bind({ host: '127.0.0.1', port: 0 })
  const port = String(portOf(receiver))
  const metrics = ['requests:1|c', 'latency:12.5|ms', 'users:7|g']
  await succeeds(context, example('statsd'), [port, ...metrics])
  for (const metric of metrics) assert.equal(String(await receiver.recv(100, limit)), metric)
  receiver.close()
  await succeeds(context, example('statsd'), [port, ...metrics])
})

test('mdns-query: prints the responses of the local network', { ...limits, skip: noNamespaces }, async (context) => {
  const text = await succeeds(context, fixture('package/mdns-responder'), [], { prefix: inOwnNamespaces })
  assert.equal(text, 'printer.local is 10.1.0.77, says 10.1.0.2\n')
})

test('offer-server: replies on the interface that a broadcast arrived on', {
  ...limits,
  skip: noNamespaces,
}, async (context) => {
  const text = await succeeds(context, fixture('package/offer-clients'), [], { prefix: inOwnNamespaces })
  assert.equal(text, 'left: offer from 10.1.0.1\nright: offer from 10.3.0.1\n')
})

test('pass-descriptor: one process reads the file that another one opened', limits, async (context) => {
  const folder = temporaryFolder()
  const [path, file] = [join(folder, 'passing'), join(folder, 'file')]
  writeFileSync(file, 'what is in the file')
  const taker = new Child(context, example('pass-descriptor'), ['take', path])
  await taker.prints(/listening/)
  await succeeds(context, example('pass-descriptor'), ['give', path, file])
  const { code, stdout } = await taker.ended()
  assert.equal(code, 0)
  assert.match(stdout.toString(), new RegExp(`${file}: what is in the file`))
})
