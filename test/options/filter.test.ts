// SO_ATTACH_FILTER, by what it lets through.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AF_INET,
  type FilterInstruction,
  SO_ATTACH_FILTER,
  SO_DETACH_FILTER,
  SO_GET_FILTER,
  SOCK_DGRAM,
  Socket,
} from 'berkeley'

const limit = { timeout: 20_000 }

/** Lets through a datagram whose first byte is `y`: it follows the eight bytes of the header of UDP. */
const FIRST_IS_Y: readonly FilterInstruction[] = [
  [0x30, 0, 0, 8], // ldb [8]
  [0x15, 0, 1, 0x79], // jeq #0x79, next, drop
  [0x06, 0, 0, 0xffffffff], // ret #-1
  [0x06, 0, 0, 0], // drop: ret #0
]

test('SO_ATTACH_FILTER: drops what the program does not accept, and cuts what it shortens', () => {
  using receiver = new Socket(AF_INET, SOCK_DGRAM)
  receiver.bind({ host: '127.0.0.1', port: 0 })
  using sender = new Socket(AF_INET, SOCK_DGRAM)
  sender.connect(receiver.getSockName())
  receiver.setOption(SO_ATTACH_FILTER, FIRST_IS_Y)
  for (const text of ['no', 'yes', 'never', 'y']) sender.send(text)
  assert.deepEqual([receiver.recv(10, limit), receiver.recv(10, limit)].map(String), ['yes', 'y'])
  assert.equal(receiver.tryRecv(10), undefined)

  receiver.setOption(SO_ATTACH_FILTER, [[0x06, 0, 0, 8 + 3]])
  sender.send('shortened')
  assert.equal(String(receiver.recv(100, limit)), 'sho')
  assert.deepEqual(receiver.getOption(SO_GET_FILTER), [[0x06, 0, 0, 11]])

  receiver.setOption(SO_DETACH_FILTER, true)
  sender.send('no')
  assert.equal(String(receiver.recv(10, limit)), 'no')
})
