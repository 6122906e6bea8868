// The events that the reactor's epoll set watches a socket for, as the kernel lists them in /proc/self/fdinfo.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { test } from 'node:test'
import { AF_INET, AF_UNIX, AsyncSocket, POLLIN, POLLOUT, SOCK_DGRAM, Socket, serveDatagrams } from 'berkeley'
import { isPending } from '../support/event-loop.js'
import { tcpPair } from '../support/pairs.js'

/** The events of a descriptor in the process's epoll sets, in poll(2)'s bits. */
function watchedEvents(fd: number): number {
  let events = 0
  for (const set of readdirSync('/proc/self/fd')) {
    for (const [, watched, bits] of targetsOf(set)) if (Number(watched) === fd) events |= Number.parseInt(bits!, 16)
  }
  return events
}

/** The rows of an epoll set; none for another descriptor, or one that closes meanwhile. */
function targetsOf(fd: string): Iterable<RegExpMatchArray> {
  try {
    if (readlinkSync(`/proc/self/fd/${fd}`) !== 'anon_inode:[eventpoll]') return []
    return readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1').matchAll(/^tfd:\s*(\d+) events:\s*([0-9a-f]+)/gm)
  } catch {
    return []
  }
}

/** Level-triggered sets watch only what is waited for, so that these tests are about edge-triggered ones. */
const needs = { skip: watchesTcpToWrite() ? false : 'this reactor has no edge-triggered epoll set' }

function watchesTcpToWrite(): boolean {
  const [socket, peer] = tcpPair()
  const waiting = socket.toAsync()
  waiting.recv(1).catch(() => {})
  const isWatched = (watchedEvents(waiting.fd) & POLLOUT) !== 0
  waiting.close()
  peer.close()
  return isWatched
}

test(
  'serveDatagrams: the socket is not watched for writing, which each datagram that it sends would report',
  needs,
  async (context) => {
    const socket = new Socket(AF_INET, SOCK_DGRAM)
    socket.bind({ host: '127.0.0.1', port: 0 })
    const { fd } = socket
    const server = serveDatagrams({ socket }, { message: (self, data, address) => void self.send(data, address) })
    context.after(() => server.close())
    const client = new Socket(AF_INET, SOCK_DGRAM)
    client.connect(server.address as { host: string; port: number })
    const echoed = client.toAsync()
    context.after(() => echoed.close())
    await echoed.send('ping', { timeout: 10_000 })
    assert.equal(String(await echoed.recv(10, { timeout: 10_000 })), 'ping')
    for (const each of [fd, echoed.fd]) assert.equal(watchedEvents(each) & (POLLIN | POLLOUT), POLLIN)
  },
)

test('AsyncSocket: a unix socket is watched for writing once a send has to wait', needs, async (context) => {
  for (const [sender, receiver] of [AsyncSocket.pair(), AsyncSocket.pair(AF_UNIX, SOCK_DGRAM)]) {
    context.after(() => {
      receiver.close()
      sender.close()
    })
    sender.recv(1).catch(() => {})
    assert.equal(watchedEvents(sender.fd) & (POLLIN | POLLOUT), POLLIN)
    while (sender.trySend(Buffer.alloc(1000)) !== undefined);
    const send = sender.send('last', { timeout: 10_000 })
    assert.ok(await isPending(send))
    assert.equal(watchedEvents(sender.fd) & (POLLIN | POLLOUT), POLLIN | POLLOUT)
    while (await isPending(send)) receiver.tryRecv(65_536)
    assert.equal(await send, 4)
  }
})
