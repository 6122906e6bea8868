// Errors of the system with one likely reason say it in their message.

import assert from 'node:assert/strict'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  AF_INET,
  AF_UNIX,
  AsyncSocket,
  EVENT_READ,
  Selector,
  SO_REUSEADDR,
  SOCK_DGRAM,
  SOCK_STREAM,
  Socket,
} from 'berkeley'
import { failure } from '../../src/core/errors.js'
import { errno } from '../../src/native/errno.js'
import { temporaryFolder } from '../support/folders.js'
import { boundTo } from '../support/listeners.js'

test('messages: say why accept, listen and send failed', () => {
  const datagrams = new Socket(AF_INET, SOCK_DGRAM)
  assert.throws(() => new Socket().accept(), { message: 'accept EINVAL: the socket does not listen' })
  assert.throws(() => datagrams.listen(), { message: 'listen ENOTSUP: sockets of this type accept no connections' })
  const noPeer = 'send EDESTADDRREQ: the socket has no peer: connect it, or use sendTo'
  assert.throws(() => datagrams.send('x'), { code: 'EDESTADDRREQ', message: noPeer })
})

test('messages: say that a socket is in a group already, that a broadcast needs an option, which limit is reached', () => {
  const message = (code: keyof typeof errno, syscall: string, target: object): string =>
    failure(-errno[code], syscall, target).message
  const inGroup = 'setsockopt EADDRINUSE IP_ADD_MEMBERSHIP: the socket is a member of this group already'
  assert.equal(message('EADDRINUSE', 'setsockopt', { option: 'IP_ADD_MEMBERSHIP' }), inGroup)
  const broadcast = 'sendto EACCES 10.0.0.255:9: sending to a broadcast address needs SO_BROADCAST'
  assert.equal(message('EACCES', 'sendto', { address: '10.0.0.255', port: 9 }), broadcast)
  assert.equal(message('EACCES', 'sendto', { path: '/run/x' }), 'sendto EACCES /run/x')
  assert.match(message('EMFILE', 'accept', {}), /^accept EMFILE: .*ulimit -n/)
})

test('messages: say why epoll refuses a file', { skip: process.platform !== 'linux' }, () => {
  using selector = new Selector()
  const message = /^register EPERM: epoll does not watch this: regular files/
  if (selector.backend !== 'epoll') return
  assert.throws(() => selector.register(openSync(process.execPath, 'r'), EVENT_READ), { message })
})

test('messages: say why bind was not allowed', () => {
  const bind = (target: object): string => failure(-errno.EACCES, 'bind', target).message
  const privileged = 'bind EACCES 127.0.0.1:80: a port below 1024 needs a privilege'
  assert.equal(bind({ address: '127.0.0.1', port: 80 }), privileged)
  assert.equal(bind({ address: '127.0.0.1', port: 8080 }), 'bind EACCES 127.0.0.1:8080')
  assert.equal(bind({ path: '/run/x' }), 'bind EACCES /run/x: the folder of the path cannot be written to')
})

const anywhere = { host: '127.0.0.1', port: 0 }

test('messages: bind names the address that the socket has already', async () => {
  using bound = new Socket()
  using sender = new Socket(AF_INET, SOCK_DGRAM)
  await using awaited = new AsyncSocket()
  bound.bind(anywhere)
  sender.sendTo('x', { host: '127.0.0.1', port: 9 })
  awaited.bind(anywhere)
  for (const socket of [bound, sender, awaited]) {
    const { host, port } = boundTo(socket)
    const message = `bind EINVAL 127.0.0.1:0: the socket is bound to ${host}:${port} already`
    assert.throws(() => socket.bind(anywhere), { code: 'EINVAL', message })
  }
  const path = join(temporaryFolder(), 'socket')
  using unix = new Socket(AF_UNIX)
  unix.bind({ path })
  const message = `bind EINVAL ${path}2: the socket is bound to ${path} already`
  assert.throws(() => unix.bind({ path: `${path}2` }), { message })
})

test('messages: a port in use may be one of earlier connections, over TCP only', () => {
  for (const type of [SOCK_STREAM, SOCK_DGRAM]) {
    using first = new Socket(AF_INET, type)
    using second = new Socket(AF_INET, type)
    first.bind(anywhere)
    const { port } = boundTo(first)
    const connections =
      type === SOCK_STREAM ? ', or connections of an earlier server do, as SO_REUSEADDR is not set' : ''
    const message = `bind EADDRINUSE 127.0.0.1:${port}: another socket uses the port${connections}`
    assert.throws(() => second.bind({ host: '127.0.0.1', port }), { code: 'EADDRINUSE', message })
    second.setOption(SO_REUSEADDR, true)
    const earlier = type === SOCK_STREAM ? ', or connections of an earlier server do that did not set SO_REUSEADDR' : ''
    const another = `bind EADDRINUSE 127.0.0.1:${port}: another socket uses the port${earlier}`
    assert.throws(() => second.bind({ host: '127.0.0.1', port }), { message: another })
  }
})
