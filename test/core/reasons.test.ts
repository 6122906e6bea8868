// Errors of the system with one likely reason say it in their message.

import assert from 'node:assert/strict'
import { openSync } from 'node:fs'
import { test } from 'node:test'
import { AF_INET, EVENT_READ, Selector, SOCK_DGRAM, Socket } from 'berkeley'
import { failure } from '../../src/core/errors.js'
import { errno } from '../../src/native/errno.js'

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
  const message = /^register EPERM: epoll watches no regular files/
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
