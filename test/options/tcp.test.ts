// Options of TCP and UDP, tried on live sockets.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AF_INET,
  AF_INET6,
  IPPROTO_MPTCP,
  SOCK_DGRAM,
  SOCK_STREAM,
  Socket,
  TCP_CLOSE_WAIT,
  TCP_ESTABLISHED,
  TCP_FIN_WAIT1,
  TCP_FIN_WAIT2,
} from '../../src/index.js'
import * as options from '../../src/options/generated/options.js'
import { portOf } from '../support/listeners.js'
import { can, codeOf, flags, ifBuilt, roundTrip, socketFor, toggle, untried } from '../support/option-trials.js'
import { tcpPair } from '../support/pairs.js'

for (const row of flags('IPPROTO_TCP', 'IPPROTO_UDP')) {
  test(`${row.name}: is set and unset`, (t) => {
    if (!can(t, row)) return
    using socket = socketFor(row)
    toggle(socket, row)
  })
}

test('TCP: numbers are read as they were set', (t) => {
  const { TCP_FASTOPEN, TCP_KEEPCNT, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_LINGER2, TCP_MAXSEG, TCP_NOTSENT_LOWAT } = options
  const { TCP_SAVE_SYN, TCP_SYNCNT, TCP_USER_TIMEOUT, TCP_WINDOW_CLAMP } = options
  if (!can(t, TCP_FASTOPEN, TCP_KEEPCNT, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_LINGER2, TCP_MAXSEG, TCP_NOTSENT_LOWAT))
    return
  if (!can(t, TCP_SAVE_SYN, TCP_SYNCNT, TCP_USER_TIMEOUT, TCP_WINDOW_CLAMP)) return
  using socket = new Socket()
  roundTrip(socket, TCP_FASTOPEN, 5)
  roundTrip(socket, TCP_KEEPCNT, 5)
  roundTrip(socket, TCP_KEEPIDLE, 30)
  roundTrip(socket, TCP_KEEPINTVL, 7)
  roundTrip(socket, TCP_LINGER2, 10)
  roundTrip(socket, TCP_LINGER2, -1)
  roundTrip(socket, TCP_MAXSEG, 1000)
  roundTrip(socket, TCP_NOTSENT_LOWAT, 0xffff_fffe)
  roundTrip(socket, TCP_SAVE_SYN, 1)
  roundTrip(socket, TCP_SYNCNT, 3)
  roundTrip(socket, TCP_USER_TIMEOUT, 5000)
  roundTrip(socket, TCP_WINDOW_CLAMP, 20_000)
  assert.equal(
    codeOf(() => socket.setOption(TCP_KEEPCNT, 1000)),
    'EINVAL',
  )
})

test('TCP_DEFER_ACCEPT: the kernel rounds it to retransmissions', (t) => {
  if (!can(t, options.TCP_DEFER_ACCEPT)) return
  using socket = new Socket()
  roundTrip(socket, options.TCP_DEFER_ACCEPT, 5, 7)
})

test('TCP_RTO_MAX_MS and its relatives: limits of timers are read as they were set', (t) => {
  const { TCP_DELACK_MAX_US, TCP_RTO_MAX_MS, TCP_RTO_MIN_US, TCP_TX_DELAY } = options
  if (!can(t, TCP_DELACK_MAX_US, TCP_RTO_MAX_MS, TCP_RTO_MIN_US, TCP_TX_DELAY)) return
  using socket = new Socket()
  roundTrip(socket, TCP_DELACK_MAX_US, 20_000)
  roundTrip(socket, TCP_RTO_MAX_MS, 5000)
  roundTrip(socket, TCP_RTO_MIN_US, 20_000)
  roundTrip(socket, TCP_TX_DELAY, 100)
})

test('TCP_CONGESTION: is set by name', (t) => {
  if (!can(t, options.TCP_CONGESTION, options.TCP_CC_INFO)) return
  using socket = new Socket()
  roundTrip(socket, options.TCP_CONGESTION, 'reno')
  assert.equal(
    codeOf(() => socket.setOption(options.TCP_CONGESTION, 'no-such')),
    'ENOENT',
  )
  assert.ok(Buffer.isBuffer(socket.getOption(options.TCP_CC_INFO)))
})

test('TCP_FASTOPEN_KEY: is read as it was set', (t) => {
  if (!can(t, options.TCP_FASTOPEN_KEY)) return
  using socket = new Socket()
  assert.equal(socket.getOption(options.TCP_FASTOPEN_KEY).length, 0)
  roundTrip(socket, options.TCP_FASTOPEN_KEY, Buffer.alloc(16, 1))
})

test('TCP_INFO: describes the connection', (t) => {
  if (!can(t, options.TCP_INFO, options.TCP_IS_MPTCP)) return
  const [client, server] = tcpPair()
  client.sendAll('hello')
  assert.equal(server.recv(5)?.toString(), 'hello')
  const info = client.getOption(options.TCP_INFO)
  assert.equal(info.state, TCP_ESTABLISHED)
  assert.ok(info.sndMss > 0 && info.rto > 0 && info.sndCwnd > 0)
  assert.equal(info.bytesSent, 5)
  assert.equal(server.getOption(options.TCP_INFO).bytesReceived, 5)
  assert.equal(client.getOption(options.TCP_IS_MPTCP), false)
  client.shutdown('write')
  assert.equal(server.recv(1), null)
  assert.equal(server.getOption(options.TCP_INFO).state, TCP_CLOSE_WAIT)
  // Whether the end has been acknowledged depends on a timer of the kernel.
  assert.ok([TCP_FIN_WAIT1, TCP_FIN_WAIT2].includes(client.getOption(options.TCP_INFO).state))
  server.close()
  client.close()
})

test('TCP_IS_MPTCP: is true for a connection of multipath TCP', (t) => {
  if (!can(t, options.TCP_IS_MPTCP)) return
  const make = (): Socket => new Socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP)
  const code = codeOf(() => make().close())
  if (code !== undefined) return t.skip(`the kernel has no multipath TCP (${code})`)
  using listener = make()
  using client = make()
  listener.bind({ host: '127.0.0.1', port: 0 })
  listener.listen()
  client.connect({ host: '127.0.0.1', port: portOf(listener) })
  using server = listener.accept()
  assert.equal(server.getOption(options.TCP_IS_MPTCP), true)
})

test('TCP_SAVED_SYN: the SYN is saved, and read once', (t) => {
  if (!can(t, options.TCP_SAVED_SYN, options.TCP_SAVE_SYN)) return
  const [client, server] = tcpPair((_, listener) => listener.setOption(options.TCP_SAVE_SYN, 1))
  const headers = server.getOption(options.TCP_SAVED_SYN)
  assert.equal(headers[0]! >> 4, 4)
  assert.equal(headers.readUInt16BE(22), portOf(server))
  assert.equal(server.getOption(options.TCP_SAVED_SYN).length, 0)
  server.close()
  client.close()
})

test('TCP_ULP: the upper layer protocol is set by name', (t) => {
  if (!can(t, options.TCP_ULP)) return
  const [client, server] = tcpPair()
  assert.equal(client.getOption(options.TCP_ULP), '')
  ifBuilt(t, 'kernel TLS', () => roundTrip(client, options.TCP_ULP, 'tls'))
  server.close()
  client.close()
})

test('TCP_MD5SIG: signed segments arrive, others do not', (t) => {
  if (!can(t, options.TCP_MD5SIG)) return
  const key = { address: '127.0.0.1', key: 'secret' }
  ifBuilt(t, 'signatures of TCP', () => {
    const [client, server] = tcpPair((client, listener) => {
      listener.setOption(options.TCP_MD5SIG, key)
      using stranger = new Socket()
      stranger.setTimeout(100)
      const address = { host: '127.0.0.1', port: portOf(listener) }
      assert.throws(() => stranger.connect(address), { code: 'ERR_SOCKET_TIMEOUT' })
      client.setOption(options.TCP_MD5SIG, key)
    })
    server.close()
    client.close()
  })
})

test('TCP_REPAIR: a connection’s state is read and set', (t) => {
  const { TCP_QUEUE_SEQ, TCP_REPAIR, TCP_REPAIR_OPTIONS, TCP_REPAIR_QUEUE, TCP_REPAIR_WINDOW, TCP_TIMESTAMP } = options
  if (!can(t, TCP_QUEUE_SEQ, TCP_REPAIR, TCP_REPAIR_OPTIONS, TCP_REPAIR_QUEUE, TCP_REPAIR_WINDOW, TCP_TIMESTAMP)) return
  const [client, server] = tcpPair()
  roundTrip(client, TCP_REPAIR, 1)
  roundTrip(client, TCP_REPAIR_QUEUE, 2)
  assert.ok(client.getOption(TCP_QUEUE_SEQ) >= 0)
  const window = client.getOption(TCP_REPAIR_WINDOW)
  assert.ok(window.sndWnd > 0 && window.rcvWnd > 0)
  client.setOption(TCP_REPAIR_WINDOW, window)
  client.setOption(TCP_REPAIR_OPTIONS, [{ kind: 2, value: 1000 }])
  client.setOption(TCP_TIMESTAMP, 0xffff_0000)
  assert.ok(client.getOption(TCP_TIMESTAMP) >= 0xffff_0000)
  client.setOption(TCP_REPAIR, 0)
  server.close()
  client.close()
})

test('TCP_QUEUE_SEQ: a sequence number is chosen before the connection', (t) => {
  const { TCP_QUEUE_SEQ, TCP_REPAIR, TCP_REPAIR_QUEUE } = options
  if (!can(t, TCP_QUEUE_SEQ, TCP_REPAIR, TCP_REPAIR_QUEUE)) return
  using socket = new Socket()
  socket.setOption(TCP_REPAIR, 1)
  socket.setOption(TCP_REPAIR_QUEUE, 2)
  roundTrip(socket, TCP_QUEUE_SEQ, 0xfedc_ba98)
})

test('TCP_THIN_DUPACK: is read as false, because Linux ignores it', (t) => {
  if (!can(t, options.TCP_THIN_DUPACK)) return
  using socket = new Socket()
  assert.equal(socket.getOption(options.TCP_THIN_DUPACK), false)
})

test('UDP_SEGMENT: one call sends several datagrams', (t) => {
  if (!can(t, options.UDP_SEGMENT, options.UDP_ENCAP)) return
  using receiver = new Socket(AF_INET, SOCK_DGRAM)
  using sender = new Socket(AF_INET, SOCK_DGRAM)
  receiver.bind({ host: '127.0.0.1', port: 0 })
  roundTrip(sender, options.UDP_SEGMENT, 4)
  sender.sendTo('onetwothree!', { host: '127.0.0.1', port: portOf(receiver) })
  assert.deepEqual(
    ['onet', 'woth', 'ree!'].map(() => receiver.recv(100)?.toString()),
    ['onet', 'woth', 'ree!'],
  )
})

test('UDP_CORK: a corked datagram is sent when the option is unset', (t) => {
  if (!can(t, options.UDP_CORK)) return
  using receiver = new Socket(AF_INET, SOCK_DGRAM)
  using sender = new Socket(AF_INET, SOCK_DGRAM)
  receiver.bind({ host: '127.0.0.1', port: 0 })
  sender.connect({ host: '127.0.0.1', port: portOf(receiver) })
  sender.setOption(options.UDP_CORK, true)
  sender.send('one')
  sender.send('two')
  assert.equal(receiver.tryRecv(100), undefined)
  sender.setOption(options.UDP_CORK, false)
  assert.equal(receiver.recv(100)?.toString(), 'onetwo')
})

test('UDP_ENCAP: is read as it was set', (t) => {
  if (!can(t, options.UDP_ENCAP, options.UDP_NO_CHECK6_RX)) return
  using socket = new Socket(AF_INET6, SOCK_DGRAM)
  ifBuilt(t, 'IPsec over UDP', () => roundTrip(socket, options.UDP_ENCAP, 2))
})

test('TCP and UDP: every option was tried', () => {
  assert.deepEqual(untried('IPPROTO_TCP', 'IPPROTO_UDP'), [])
})
