// The socket calls of a program in WebAssembly, made with pointers into its memory as compiled code makes them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { socketImports, withSockets } from 'berkeley/emscripten'
import { fixture, run } from '../support/child.js'
import { openDescriptors } from '../support/descriptors.js'
import { startWorker } from '../support/threads.js'
import { WasmProgram } from '../support/wasm-program.js'

// Emscripten's numbers, which are WASI's.
const EACCES = -2
const EAGAIN = -6
const EBADF = -8
const ECONNREFUSED = -14
const EFAULT = -21
const EINPROGRESS = -26
const EINVAL = -28
const ENOTSOCK = -57
const ENOPROTOOPT = -50

const SOCK_NONBLOCK = 0o4000

/** A program whose sockets are closed when the test is over. */
function start(context: { after(done: () => void): void }, options = {}): WasmProgram {
  const program = new WasmProgram(options)
  context.after(() => program.close())
  return program
}

test('transfers: bytes pass between two sockets, by sendto, recvfrom, fd_write and fd_read', (context) => {
  const program = start(context)
  const [a, b] = program.pair()
  assert.deepEqual([a, b], [3, 4])
  assert.equal(program.call('__syscall_sendto', a, program.place('hello'), 5, 0, 0, 0), 5)
  const room = program.allocate(16)
  assert.equal(program.call('__syscall_recvfrom', b, room, 16, 0, 0, 0), 5)
  assert.equal(program.bytes(room, 5).toString(), 'hello')
  const parts = program.placeInts(program.place('ab'), 2, 0, 0, program.place('cde'), 3)
  const written = program.allocate(4)
  assert.deepEqual([program.call('fd_write', a, parts, 3, written), program.int(written)], [0, 5])
  const into = program.placeInts(room, 1, room + 8, 8)
  assert.deepEqual([program.call('fd_read', b, into, 2, written), program.int(written)], [0, 5])
  assert.equal(program.bytes(room, 1).toString() + program.bytes(room + 8, 4).toString(), 'abcde')
  assert.equal(program.call('__syscall_shutdown', a, 1), 0)
  assert.equal(program.call('__syscall_recvfrom', b, room, 16, 0, 0, 0), 0)
})

test('transfers: more than the memory for small copies arrives unchanged', (context) => {
  const program = start(context)
  const [a, b] = program.pair()
  const bytes = Uint8Array.from({ length: 20_000 }, (_, index) => index * 7)
  assert.equal(program.call('__syscall_sendto', a, program.place(bytes), 20_000, 0, 0, 0), 20_000)
  const room = program.allocate(20_000)
  const MSG_WAITALL = 0x100
  assert.equal(program.call('__syscall_recvfrom', b, room, 20_000, MSG_WAITALL, 0, 0), 20_000)
  assert.deepEqual(new Uint8Array(program.bytes(room, 20_000)), bytes)
})

test('connections: a listener accepts, and both ends have their names', (context) => {
  const program = start(context)
  const { fd: listener, port } = program.listener()
  const client = program.call('__syscall_socket', 2, 1, 0)
  assert.equal(program.call('__syscall_connect', client, program.address(port), 16), 0)
  const peer = program.allocate(16)
  const length = program.placeInts(16)
  const accepted = program.call('__syscall_accept4', listener, peer, length, SOCK_NONBLOCK)
  assert.ok(accepted > client)
  const own = program.allocate(16)
  assert.equal(program.call('__syscall_getsockname', client, own, program.placeInts(16)), 0)
  assert.deepEqual(program.bytes(peer, 16), program.bytes(own, 16))
  assert.equal(program.int(length), 16)
  // An address is cut off, and its whole length is returned.
  const short = program.placeInts(4)
  const cut = program.place(new Uint8Array(8))
  assert.equal(program.call('__syscall_getpeername', accepted, cut, short), 0)
  assert.deepEqual([program.int(short), program.int(cut + 4)], [16, 0])
  // The flag of accept4: nothing has arrived.
  assert.equal(program.call('__syscall_recvfrom', accepted, peer, 16, 0, 0, 0), EAGAIN)
  assert.equal(program.call('__syscall_accept4', listener, 0, 0, 1), EINVAL)
})

test('connections: a refused connect is ECONNREFUSED, and a non-blocking one is in progress first', (context) => {
  const program = start(context)
  const { fd, port } = program.listener()
  const client = program.call('__syscall_socket', 2, 1 | SOCK_NONBLOCK, 0)
  assert.equal(program.call('__syscall_connect', client, program.address(port), 16), EINPROGRESS)
  const polled = program.placeInts(client, 4)
  assert.equal(program.call('__syscall_poll', polled, 1, 60_000), 1)
  assert.equal(program.bytes(polled + 6, 2).readInt16LE(), 4)
  program.fs.close(program.fs.getStream(fd)!)
  const refused = program.call('__syscall_socket', 2, 1, 0)
  assert.equal(program.call('__syscall_connect', refused, program.address(port), 16), ECONNREFUSED)
  const error = program.allocate(4)
  const again = program.call('__syscall_socket', 2, 1 | SOCK_NONBLOCK, 0)
  program.call('__syscall_connect', again, program.address(port), 16)
  program.call('__syscall_poll', program.placeInts(again, 4), 1, 60_000)
  assert.equal(program.call('__syscall_getsockopt', again, 1, 4, error, program.placeInts(4)), 0)
  assert.equal(program.int(error), -ECONNREFUSED)
})

test('connections: AF_UNSPEC dissolves the association of a datagram socket', (context) => {
  const program = start(context)
  const socket = program.call('__syscall_socket', 2, 2, 0)
  assert.equal(program.call('__syscall_connect', socket, program.address(9), 16), 0)
  assert.equal(program.call('__syscall_connect', socket, program.place(new Uint8Array(16)), 16), 0)
  const ENOTCONN = -53
  assert.equal(program.call('__syscall_getpeername', socket, program.allocate(16), program.placeInts(16)), ENOTCONN)
})

test('datagrams: the sender’s address is returned, and empty ones arrive', (context) => {
  const program = start(context)
  const [a, b] = [0, 1].map(() => {
    const fd = program.call('__syscall_socket', 2, 2, 0)
    program.call('__syscall_bind', fd, program.address(0), 16)
    return fd
  }) as [number, number]
  const name = program.allocate(16)
  program.call('__syscall_getsockname', b, name, program.placeInts(16))
  assert.equal(program.call('__syscall_sendto', a, program.place('one'), 3, 0, name, 16), 3)
  assert.equal(program.call('__syscall_sendto', a, 0, 0, 0, name, 16), 0)
  const from = program.allocate(16)
  const room = program.allocate(16)
  assert.equal(program.call('__syscall_recvfrom', b, room, 16, 0, from, program.placeInts(16)), 3)
  const own = program.allocate(16)
  program.call('__syscall_getsockname', a, own, program.placeInts(16))
  assert.deepEqual(program.bytes(from, 16), program.bytes(own, 16))
  assert.equal(program.call('__syscall_recvfrom', b, room, 16, 0, 0, 0), 0)
})

test('options: they pass as bytes, timeouts limit the waits, and those with pointers are refused', (context) => {
  const program = start(context)
  const [a] = program.pair()
  const value = program.placeInts(1)
  const length = program.placeInts(4)
  assert.equal(program.call('__syscall_setsockopt', a, 1, 9, value, 4), 0)
  assert.equal(program.call('__syscall_getsockopt', a, 1, 9, value, length), 0)
  assert.deepEqual([program.int(value), program.int(length)], [1, 4])
  // SO_RCVTIMEO in both of its forms: 50 ms.
  for (const [name, time] of [
    [20, program.placeInts(0, 50_000)],
    [66, program.placeInts(0, 0, 50_000, 0)],
  ] as const) {
    const size = name === 20 ? 8 : 16
    assert.equal(program.call('__syscall_setsockopt', a, 1, name, time, size), 0)
    const before = performance.now()
    assert.equal(program.call('__syscall_recvfrom', a, value, 4, 0, 0, 0), EAGAIN)
    assert.ok(performance.now() - before >= 50)
    const got = program.place(new Uint8Array(size))
    assert.equal(program.call('__syscall_getsockopt', a, 1, name, got, program.placeInts(size)), 0)
    assert.deepEqual(program.bytes(got, size), program.bytes(time, size))
  }
  const SO_ATTACH_FILTER = 26
  assert.equal(program.call('__syscall_setsockopt', a, 1, SO_ATTACH_FILTER, value, 16), ENOPROTOOPT)
  assert.equal(program.call('__syscall_setsockopt', a, -1, 1, value, 4), ENOPROTOOPT)
  assert.equal(program.call('__syscall_setsockopt', a, 1, 9, value, -1), EINVAL)
})

test('readiness: poll and select report sockets, files and closed descriptors together', (context) => {
  const program = start(context)
  const [a, b] = program.pair()
  program.call('__syscall_sendto', a, program.place('x'), 1, 0, 0, 0)
  // Rows of struct pollfd: standard input is not ready, standard output is; 99 is not open; a negative one is skipped.
  const rows = program.placeInts(0, 1, 1, 4, a, 1, b, 1 | 4, 99, 1, -1, 1)
  assert.equal(program.call('__syscall_poll', rows, 6, -1), 3)
  const reported = [0, 1, 2, 3, 4, 5].map((row) => program.bytes(rows + row * 8 + 6, 2).readInt16LE())
  assert.deepEqual(reported, [0, 4, 0, 5, 0x20, 0])
  const set = (...fds: number[]): number => program.placeInts(fds.reduce((bits, fd) => bits | (1 << fd), 0))
  const [read, write] = [set(0, a, b), set(b)]
  assert.equal(program.call('__syscall__newselect', 5, read, write, 0, 0), 2)
  assert.deepEqual([program.int(read), program.int(write)], [1 << b, 1 << b])
  // A timeout of 20 ms, as two longs.
  const time = program.placeInts(0, 20_000)
  const none = set(a)
  const before = performance.now()
  assert.equal(program.call('__syscall__newselect', 5, none, 0, 0, time), 0)
  assert.ok(performance.now() - before >= 20)
  assert.equal(program.int(none), 0)
  assert.equal(program.call('__syscall__newselect', 12, set(11), 0, 0, time), EBADF)
  assert.equal(program.call('__syscall__newselect', 2000, none, 0, 0, time), EINVAL)
  assert.equal(program.call('__syscall_poll', rows, -1, 0), EINVAL)
})

test('control: FIONBIO and F_SETFL change the mode of all duplicates, FIONREAD counts what is there', (context) => {
  const program = start(context)
  const [a, b] = program.pair()
  const [F_GETFL, F_SETFL, FIONBIO, FIONREAD] = [3, 4, 0x5421, 0x541b]
  const argument = (value: number): number => program.placeInts(value)
  assert.equal(program.call('__syscall_fcntl64', a, F_GETFL, 0), 2)
  assert.equal(program.call('__syscall_fcntl64', a, F_SETFL, argument(0o4002)), 0)
  const F_DUPFD = 0
  assert.equal(program.call('__syscall_fcntl64', a, F_DUPFD, argument(7)), 7)
  assert.equal(program.call('__syscall_dup', a), 5)
  assert.equal(program.call('__syscall_dup3', a, 6, 0), 6)
  // It takes the place of an open one.
  assert.equal(program.call('__syscall_dup3', b, 6, 0), 6)
  assert.equal(program.call('__syscall_dup3', b, b, 0), EINVAL)
  assert.equal(program.call('__syscall_dup3', b, 5000, 0), EBADF)
  for (const fd of [5, 6]) program.fs.close(program.fs.getStream(fd)!)
  assert.equal(program.call('__syscall_fcntl64', 7, F_GETFL, 0), 0o4002)
  assert.equal(program.call('__syscall_recvfrom', 7, program.allocate(4), 4, 0, 0, 0), EAGAIN)
  assert.equal(program.call('__syscall_ioctl', 7, FIONBIO, argument(argument(0))), 0)
  assert.equal(program.call('__syscall_fcntl64', a, F_GETFL, 0), 2)
  program.call('__syscall_sendto', b, program.place('12345'), 5, 0, 0, 0)
  const count = program.allocate(4)
  assert.equal(program.call('__syscall_ioctl', a, FIONREAD, argument(count)), 0)
  assert.equal(program.int(count), 5)
  // FD_CLOEXEC belongs to the descriptor. FIOCLEX and FIONCLEX set it as well.
  const [F_GETFD, F_SETFD, FIOCLEX, FIONCLEX] = [1, 2, 0x5451, 0x5450]
  const flag = (fd: number): number => program.call('__syscall_fcntl64', fd, F_GETFD, 0)
  assert.equal(flag(a), 0)
  program.call('__syscall_fcntl64', a, F_SETFD, argument(1))
  assert.deepEqual([flag(a), flag(7)], [1, 0])
  program.call('__syscall_ioctl', 7, FIOCLEX, argument(0))
  program.call('__syscall_ioctl', a, FIONCLEX, argument(0))
  assert.deepEqual([flag(a), flag(7)], [0, 1])
  const SOCK_CLOEXEC = 0o2000000
  assert.equal(flag(program.call('__syscall_socket', 2, 1 | SOCK_CLOEXEC, 0)), 1)
  // The socket stays open until its last duplicate is closed.
  program.fs.close(program.fs.getStream(a)!)
  assert.equal(program.call('__syscall_recvfrom', 7, count, 4, 0, 0, 0), 4)
  program.fs.close(program.fs.getStream(7)!)
  assert.equal(program.call('__syscall_recvfrom', 7, count, 4, 0, 0, 0), EBADF)
  const EPIPE = -64
  assert.equal(program.call('__syscall_sendto', b, count, 1, 0, 0, 0), EPIPE)
})

/** A struct msghdr of a 32-bit program over one struct iovec. */
function message(
  program: WasmProgram,
  pointer: number,
  length: number,
  control: number,
  controlLength: number,
): number {
  return program.placeInts(0, 0, program.placeInts(pointer, length), 1, control, controlLength, 0)
}

test('messages: a descriptor that is sent arrives as one of the program’s', (context) => {
  const program = start(context)
  const [a, b] = program.pair()
  const [sent, other] = program.pair()
  const SCM_RIGHTS = 1
  const control = program.placeInts(16, 1, SCM_RIGHTS, sent)
  assert.equal(program.call('__syscall_sendmsg', a, message(program, program.place('fd'), 2, control, 16), 0), 2)
  const room = program.allocate(8)
  const into = program.place(new Uint8Array(32))
  const header = message(program, room, 8, into, 32)
  assert.equal(program.call('__syscall_recvmsg', b, header, 0), 2)
  assert.equal(program.int(header + 20), 16)
  assert.deepEqual([program.int(into), program.int(into + 4), program.int(into + 8)], [16, 1, SCM_RIGHTS])
  const received = program.int(into + 12)
  assert.ok(received > other)
  program.call('__syscall_sendto', received, program.place('ok'), 2, 0, 0, 0)
  assert.equal(program.call('__syscall_recvfrom', other, room, 8, 0, 0, 0), 2)
  // Without room for it, the descriptor is closed, and the message is marked.
  const opened = openDescriptors()
  program.call('__syscall_sendmsg', a, message(program, program.place('fd'), 2, control, 16), 0)
  const cut = message(program, room, 8, into, 12)
  assert.equal(program.call('__syscall_recvmsg', b, cut, 0), 2)
  const MSG_CTRUNC = 8
  assert.equal(program.int(cut + 24) & MSG_CTRUNC, MSG_CTRUNC)
  assert.equal(openDescriptors(), opened)
  // A number that is no socket's names nothing outside of the program.
  const foreign = program.placeInts(16, 1, SCM_RIGHTS, 1)
  assert.equal(program.call('__syscall_sendmsg', a, message(program, room, 1, foreign, 16), 0), ENOTSOCK)
})

test('pointers: 64-bit ones are bigints, and structures have their layout then', (context) => {
  const program = start(context)
  const [a, b] = program.pair()
  const word = (value: number): Uint8Array => new Uint8Array(BigInt64Array.of(BigInt(value)).buffer)
  const iovec = program.place(Buffer.concat([word(program.place('wide')), word(4)]))
  const written = program.allocate(8)
  assert.equal(program.call('fd_write', a, BigInt(iovec), 1n, BigInt(written)), 0)
  assert.equal(program.bytes(written, 8).readBigInt64LE(), 4n)
  const room = program.allocate(8)
  assert.equal(program.call('__syscall_recvfrom', b, BigInt(room), 8n, 0, 0n, 0n), 4)
  assert.equal(program.bytes(room, 4).toString(), 'wide')
  assert.equal(program.call('__syscall_recvfrom', b, 1n << 40n, 8n, 0, 0n, 0n), EFAULT)
})

test('descriptors: a file’s calls go to the program’s own imports', (context) => {
  const seen: unknown[] = []
  const imports = { fd_read: (...args: unknown[]) => seen.push(args) && 0 }
  const program = start(context, { imports })
  assert.equal(program.call('fd_read', 0, 1, 2, 3), 0)
  assert.deepEqual(seen, [[0, 1, 2, 3]])
})

test('memory: it may grow in the middle of a call, which then uses the new one', (context) => {
  let program: WasmProgram | undefined
  const allow = (): boolean => {
    program?.grow()
    return true
  }
  program = start(context, { allow })
  const { fd, port } = program.listener()
  const client = program.call('__syscall_socket', 2, 1, 0)
  assert.equal(program.call('__syscall_connect', client, program.address(port), 16), 0)
  const peer = program.size - 16
  assert.ok(program.call('__syscall_accept4', fd, peer, program.placeInts(16), 0) > 0)
  const name = program.allocate(16)
  program.call('__syscall_getsockname', client, name, program.placeInts(16))
  assert.deepEqual(program.bytes(peer, 16), program.bytes(name, 16))
  const result = program.allocate(4)
  assert.equal(program.call('getaddrinfo', program.place('127.0.0.1'), program.place('80'), 0, result), 0)
  assert.notEqual(program.int(result), 0)
})

test('lookups: getaddrinfo lists addresses in the program’s memory, getnameinfo writes texts', (context) => {
  const program = start(context)
  const result = program.allocate(4)
  const hints = program.placeInts(0, 0, 0, 0, 0, 0, 0, 0)
  assert.equal(program.call('getaddrinfo', program.place('127.0.0.1'), program.place('8080'), hints, result), 0)
  const found: number[][] = []
  for (let at = program.int(result); at !== 0; at = program.int(at + 28)) {
    const sockaddr = program.bytes(program.int(at + 20), program.int(at + 16))
    assert.deepEqual([...sockaddr.subarray(0, 8)], [2, 0, 0x1f, 0x90, 127, 0, 0, 1])
    found.push([program.int(at + 4), program.int(at + 8), program.int(at + 12)])
  }
  assert.deepEqual(found.slice(0, 2), [
    [2, 1, 6],
    [2, 2, 17],
  ])
  const EAI_NONAME = -2
  assert.equal(program.call('getaddrinfo', 0, 0, 0, result), EAI_NONAME)
  assert.equal(program.call('getaddrinfo', program.place(''), 0, 0, result), EAI_NONAME)
  const [host, service] = [program.allocate(64), program.allocate(32)]
  const [NI_NUMERICHOST, NI_NUMERICSERV] = [1, 2]
  const numeric = NI_NUMERICHOST | NI_NUMERICSERV
  assert.equal(program.call('getnameinfo', program.address(80), 16, host, 64, service, 32, numeric), 0)
  assert.equal(program.bytes(host, 9).toString(), '127.0.0.1')
  assert.equal(program.bytes(service, 2).toString(), '80')
  const EAI_OVERFLOW = -12
  assert.equal(program.call('getnameinfo', program.address(80), 16, host, 4, 0, 0, numeric), EAI_OVERFLOW)
})

test('policy: what it refuses is EACCES', (context) => {
  const asked: string[] = []
  const allow = (request: { operation: string }): boolean => {
    asked.push(request.operation)
    return request.operation === 'socket'
  }
  const program = start(context, { allow })
  const socket = program.call('__syscall_socket', 2, 1, 0)
  assert.equal(program.call('__syscall_bind', socket, program.address(0), 16), EACCES)
  // listen(2) would bind it to any address of the machine.
  assert.equal(program.call('__syscall_listen', socket, 5), EACCES)
  assert.equal(program.call('__syscall_sendto', socket, program.place('x'), 1, 0, program.address(9), 16), EACCES)
  assert.equal(program.call('__syscall_connect', socket, program.address(9), 16), EACCES)
  assert.deepEqual(asked, ['socket', 'bind', 'bind', 'send', 'connect'])
})

test('policy: one that throws refuses, and its error is uncaught afterwards', async (context) => {
  // A program of its own, because the error is not caught.
  const { code, stdout, stderr } = await run(context, fixture('emscripten/throwing-policy'))
  assert.deepEqual([code, String(stdout).trim()], [1, String(EACCES)])
  assert.match(stderr, /Error: from the policy/)
})

test('programs: 100 one after the other leave no descriptor open', () => {
  const before = openDescriptors()
  for (let count = 0; count < 100; count++) {
    const program = new WasmProgram()
    program.pair()
    program.listener()
    program.close()
    program.close()
  }
  assert.equal(openDescriptors(), before)
})

test('workers: one whose program waits is terminated', async () => {
  const { worker, next, exited } = startWorker('emscripten/blocked')
  assert.equal(await next(), 'waits')
  await worker.terminate()
  assert.equal(await exited, 1)
})

test('arguments: what is wrong is refused before a program starts', () => {
  const refuses = (call: () => unknown, code: string): void => assert.throws(call, { code })
  refuses(() => socketImports(7 as never), 'ERR_INVALID_ARG_TYPE')
  refuses(() => socketImports({}, { alow: () => true } as never), 'ERR_INVALID_ARG_VALUE')
  refuses(() => socketImports({}, { allow: true } as never), 'ERR_INVALID_ARG_TYPE')
  refuses(() => socketImports({}, { imports: 7 } as never), 'ERR_INVALID_ARG_TYPE')
  refuses(() => withSockets({}), 'ERR_INVALID_ARG_VALUE')
  refuses(() => withSockets({}, { wasm: 7 } as never), 'ERR_INVALID_ARG_TYPE')
  refuses(() => withSockets({}, { wasm: 'x.wasm', onInterrupted: 1 } as never), 'ERR_INVALID_ARG_TYPE')
  // Without a file system there is nowhere to put a socket: the program must export it.
  refuses(
    () => socketImports({ HEAPU8: new Uint8Array(8) }).functions['__syscall_socket']!(2, 1, 0),
    'ERR_PROGRAM_UNSUPPORTED',
  )
})
