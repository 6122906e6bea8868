// Descriptors in messages: sending and receiving them, and none is ever left open.

import assert from 'node:assert/strict'
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { test } from 'node:test'
import { inspect } from 'node:util'
import {
  AF_UNIX,
  cmsgLen,
  controlValue,
  createServer,
  MSG_PEEK,
  ReceivedFd,
  SCM_RIGHTS,
  SO_PASSCRED,
  SO_PASSPIDFD,
  SO_PASSSEC,
  SO_TIMESTAMP,
  SO_TIMESTAMPING,
  SO_TIMESTAMPNS,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOF_TIMESTAMPING_RX_SOFTWARE,
  SOF_TIMESTAMPING_SOFTWARE,
  SOL_SOCKET,
  Socket,
  type SocketOption,
} from 'berkeley'
import { fixture, succeeds } from '../support/child.js'
import { leakingNothing, limitedTo, openDescriptors, takeAllDescriptors, uncountable } from '../support/descriptors.js'
import { asleep, noThreadStates, startWorker } from '../support/threads.js'

const counted = { skip: uncountable }

test('sendFds, recvFds: a socket, a file and a number arrive as duplicates', counted, async () => {
  const file = await open(process.execPath, 'r')
  const before = openDescriptors()
  for (const type of [undefined, SOCK_DGRAM, SOCK_SEQPACKET]) {
    const [a, b] = Socket.pair(AF_UNIX, type)
    const listener = createServer({ host: '127.0.0.1', port: 0 })
    assert.equal(a.sendFds(['he', 'llo'], [listener, file, 2]), 5)
    const { data, fds, address, flags, controlTruncated } = b.recvFds(100, 3)!
    assert.deepEqual([data.toString(), address, flags, controlTruncated], ['hello', null, 0, false])
    const [first, second, third] = fds
    using adopted = first!.toSocket()
    assert.deepEqual(adopted.getSockName(), listener.getSockName())
    assert.deepEqual([adopted.listening, first!.fd], [true, -1])
    assert.equal(fstatSync(second!.fd).ino, fstatSync(file.fd).ino)
    const number = third!.detach()
    assert.equal(third!.fd, -1)
    closeSync(number)
    for (const fd of fds) fd.close()
    for (const socket of [a, b, listener]) socket.close()
  }
  assert.equal(openDescriptors(), before)
  await file.close()
})

test('ReceivedFd: is closed on exec, shows its number, and states that it was given away', () => {
  const [a, b] = Socket.pair()
  a.sendFds('x', [a])
  const [received] = b.recvFds(1, 1)!.fds
  assert.match(readFileSync(`/proc/self/fdinfo/${received!.fd}`, 'utf8'), /^flags:\s+02\d{6}$/m)
  assert.equal(inspect(received), `ReceivedFd { fd: ${received!.fd} }`)
  assert.ok(received instanceof ReceivedFd)
  received.close()
  received.close()
  assert.throws(() => received.detach(), { code: 'ERR_SOCKET_DETACHED' })
  assert.throws(() => received.toSocket(), { code: 'ERR_SOCKET_DETACHED' })
  a.close()
  b.close()
})

test('ReceivedFd: of a file, it is refused as a socket, and still owned', counted, () => {
  leakingNothing(() => {
    const file = openSync(process.execPath, 'r')
    const [a, b] = Socket.pair()
    a.sendFds('x', [file])
    const [received] = b.recvFds(1, 1)!.fds
    assert.throws(() => received!.toSocket(), { code: 'ENOTSOCK' })
    assert.equal(fstatSync(received!.fd).ino, fstatSync(file).ino)
    received!.close()
    closeSync(file)
    a.close()
    b.close()
  })
})

test('ReceivedFd: made of a number by the program, it is refused, and the number stays open', () => {
  const file = openSync(process.execPath, 'r')
  assert.throws(() => new (ReceivedFd as unknown as new (fd: number) => ReceivedFd)(file), {
    code: 'ERR_ILLEGAL_CONSTRUCTOR',
  })
  assert.ok(fstatSync(file).isFile())
  closeSync(file)
})

test('awaited: descriptors are sent and received', counted, async () => {
  const before = openDescriptors()
  const [a, b] = Socket.pair()
  const [c, d] = [a.toAsync(), b.toAsync()]
  const waiting = d.recvFds(10, 2)
  await c.sendFds('x', [c, d])
  const { fds } = (await waiting)!
  assert.equal(fds.length, 2)
  using passed = fds[1]!.toSocket()
  fds[0]!.close()
  await c.send('to both')
  assert.equal(passed.recv(10)!.toString(), 'to both')
  c.close()
  d.close()
  passed.close()
  const left = openDescriptors() - before
  // The event loop's own epoll set and notifier may have been made meanwhile.
  assert.ok(left <= 3, `${left} descriptors were left open`)
})

test('a closing connection: the receiver of a passed socket keeps it', () => {
  const [a, b] = Socket.pair()
  const [c, d] = Socket.pair()
  a.sendFds('x', [c])
  c.close()
  a.close()
  using passed = b.recvFds(1, 1)!.fds[0]!.toSocket()
  passed.send('still open')
  assert.equal(d.recv(100)!.toString(), 'still open')
  b.close()
  d.close()
})

test('limits: 253 descriptors pass; more are refused, by the kernel where given as bytes', counted, () => {
  const [a, b] = Socket.pair()
  leakingNothing(() => {
    const fds = (count: number): number[] => Array.from({ length: count }, () => 2)
    a.sendFds('x', fds(253))
    const received = b.recvFds(1, 253)!
    assert.deepEqual([received.fds.length, received.controlTruncated], [253, false])
    for (const fd of received.fds) fd.close()
    assert.throws(() => a.sendFds('x', fds(300)), { code: 'ERR_OUT_OF_RANGE', message: /at most 253/ })
    const data = Int32Array.from(fds(300))
    const raw = { level: SOL_SOCKET, type: SCM_RIGHTS, data }
    assert.throws(() => a.sendMsg('x', { control: [raw] }), { code: 'EINVAL' })
    assert.equal(b.tryRecv(1), undefined)
  })
  a.close()
  b.close()
})

test('arguments: what is no descriptor is refused', () => {
  const [a, b] = Socket.pair()
  const closed = new Socket()
  closed.close()
  assert.throws(() => a.sendFds('x', [closed]), { code: 'ERR_SOCKET_CLOSED' })
  assert.throws(() => a.sendFds('x', [99999]), { code: 'EBADF' })
  assert.throws(() => a.sendFds('x', [-1]), { code: 'ERR_OUT_OF_RANGE', message: /fds\[0\]/ })
  assert.throws(() => a.sendFds('x', [{} as { fd: number }]), { code: 'ERR_INVALID_ARG_TYPE', message: /fds\[0\]\.fd/ })
  assert.throws(() => a.sendFds('x', 5 as never), { code: 'ERR_INVALID_ARG_TYPE' })
  assert.throws(() => a.sendFds('', [a]), { code: 'ERR_INVALID_ARG_VALUE', message: /at least one byte/ })
  assert.throws(() => a.sendFds('x', [a], { control: [] } as object), { code: 'ERR_INVALID_ARG_VALUE' })
  // A getter of one descriptor closes another, which must not be sent by the number that it had.
  const victim = new Socket()
  const trap = {
    get fd() {
      victim.close()
      return 2
    },
  }
  assert.throws(() => a.sendFds('x', [victim, trap]), { code: 'ERR_SOCKET_CLOSED' })
  assert.equal(b.tryRecv(1), undefined)
  a.close()
  b.close()
})

test('control buffer: descriptors that have no room in it are closed by the kernel', counted, () => {
  leakingNothing(() => {
    for (const [controlBytes, arrived] of [
      [0, 0],
      [cmsgLen(0), 0],
      [cmsgLen(3), 0],
      [cmsgLen(4), 1],
      [cmsgLen(11), 2],
    ]) {
      const [a, b] = Socket.pair()
      a.sendFds('x', [a, b, 2])
      const { control, controlTruncated } = b.recvMsg(1, { controlBytes: controlBytes! })!
      const fds = controlValue(control, 'SCM_RIGHTS') ?? []
      assert.deepEqual([fds.length, controlTruncated], [arrived, true], `${controlBytes} bytes`)
      for (const fd of fds) fd.close()
      a.close()
      b.close()
    }
  })
})

const COMPANIONS = [
  [SO_PASSCRED, true],
  [SO_PASSPIDFD, true],
  [SO_PASSSEC, true],
  [SO_TIMESTAMP, true],
  [SO_TIMESTAMPNS, true],
  [SO_TIMESTAMPING, SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE],
] as const

test('recvFds: as many as asked for arrive beside the control messages that options ask for', counted, async () => {
  for (const type of [SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET]) {
    for (const all of [false, true]) {
      for (const [option, value] of COMPANIONS) {
        const before = openDescriptors()
        const [a, b] = Socket.pair(AF_UNIX, type)
        for (const [each, setting] of all ? COMPANIONS : [[option, value] as const]) {
          if (each.supported) b.setOption(each as SocketOption<unknown>, setting)
        }
        a.sendFds('1', [a, b, 2])
        a.sendFds('2', [a, b, 2, a, b, 2, a, b, 2])
        const whole = b.recvFds(1, 3)!
        const name = `${option.name} ${all}`
        assert.deepEqual([whole.data.toString(), whole.fds.length, whole.controlTruncated], ['1', 3, false], name)
        const part = b.recvFds(1, 2)!
        assert.deepEqual([part.data.toString(), part.fds.length, part.controlTruncated], ['2', 2, true], name)
        for (const fd of [...whole.fds, ...part.fds]) fd.close()
        for (const socket of [a, b]) socket.close()
        assert.equal(openDescriptors(), before, name)
      }
    }
  }
})

test('recvFds: an awaited one has the room too', async () => {
  const [a, b] = Socket.pair()
  b.setOption(SO_PASSCRED, true)
  const receiver = b.toAsync()
  a.sendFds('x', [a, a, 2])
  const { fds, controlTruncated } = (await receiver.recvFds(1, 3))!
  assert.deepEqual([fds.length, controlTruncated], [3, false])
  for (const fd of fds) fd.close()
  a.close()
  receiver.close()
})

test('unread and peeked messages, and other verbs: no descriptor is left open', counted, () => {
  leakingNothing(() => {
    for (let round = 0; round < 5; round++) {
      const [a, b] = Socket.pair(AF_UNIX, SOCK_SEQPACKET)
      for (let count = 0; count < 4; count++) a.sendFds('x', [a, b])
      assert.equal(b.recv(1)!.length, 1)
      assert.equal(b.recvInto(Buffer.alloc(1)), 1)
      const peeked = b.recvMsg(1, { flags: MSG_PEEK })!
      for (const fd of controlValue(peeked.control, 'SCM_RIGHTS')!) fd.close()
      a.close()
      b.close()
    }
  })
})

test('no descriptors left: as many arrive as there is room for, and the flag is set', counted, async (context) => {
  await succeeds(context, fixture('messages/receive-without-descriptors'), [], { prefix: limitedTo(150) })
})

test(
  'dropped: received descriptors are closed by garbage collection, in one loop of many',
  counted,
  async (context) => {
    await succeeds(context, fixture('messages/drop-descriptors'), [], { prefix: limitedTo(3000) })
  },
)

test('exception while the result is built: the descriptors are closed', counted, async (context) => {
  await succeeds(context, fixture('messages/failing-result'), [], { execArgv: ['--expose-gc'] })
})

test('worker: one that is terminated leaves no received descriptor open', {
  skip: uncountable || noThreadStates,
}, async () => {
  const before = openDescriptors()
  const { worker, next } = startWorker('messages/worker-with-descriptors')
  await asleep(await next())
  assert.ok(openDescriptors() > before + 20)
  await worker.terminate()
  assert.equal(openDescriptors(), before)
})

test('descriptors that run out while this process receives: the next message finds room again', counted, () => {
  const [a, b] = Socket.pair(AF_UNIX, SOCK_DGRAM)
  a.sendFds('1', [2, 2, 2])
  a.sendFds('2', [2, 2, 2])
  {
    using taken = takeAllDescriptors()
    taken.releaseOne()
    const { fds, controlTruncated, data } = b.recvFds(1, 3)!
    assert.deepEqual([data.toString(), fds.length, controlTruncated], ['1', 1, true])
    fds[0]!.close()
  }
  const { fds, controlTruncated } = b.recvFds(1, 3)!
  assert.deepEqual([fds.length, controlTruncated], [3, false])
  for (const fd of fds) fd.close()
  closeSync(openSync('/dev/null', 'r'))
  a.close()
  b.close()
})
