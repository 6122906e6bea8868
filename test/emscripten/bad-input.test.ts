// What a program may give that is wrong, in every import: pointers outside of its memory, lengths below zero, descriptors that
// are closed or files, and anything else. A call returns an errno then, and never throws: WebAssembly cannot go on after an
// exception.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDescriptors } from '../support/descriptors.js'
import { WasmProgram } from '../support/wasm-program.js'

// Emscripten's numbers, which are WASI's.
const EBADF = 8
const EFAULT = 21
const EINVAL = 28
const ENOTSOCK = 57
const EAI_SYSTEM = -11

const MSG_DONTWAIT = 0x40
const SOCK_NONBLOCK = 0o4000

/** What the arguments of a call refer to. `b` is the peer of `a`, and `inside` memory that holds the number 16. */
interface Given {
  readonly program: WasmProgram
  readonly a: number
  readonly b: number
  readonly udp: number
  readonly listener: number
  readonly inside: number
  readonly name: number
}

/** The arguments of a call with a pointer at one of its places. */
type Place = (at: number, given: Given) => readonly number[]

/** struct msghdr with these members in place of those that are right. */
function header({ program, inside }: Given, members: Readonly<Record<number, number>>): number {
  const right = [0, 0, program.placeInts(inside, 4), 1, 0, 0, 0]
  return program.placeInts(...right.map((member, index) => members[index] ?? member))
}

/** Something to receive, because some pointers are only used then. */
function arrived({ program, b, udp, inside, name }: Given): void {
  program.call('__syscall_sendto', b, inside, 4, MSG_DONTWAIT, 0, 0)
  program.call('__syscall_sendto', udp, inside, 4, MSG_DONTWAIT, name, 16)
}

/** Every import of a program, with each place that has a pointer. */
const POINTERS: Readonly<Record<string, readonly Place[]>> = {
  __syscall_socket: [],
  __syscall_socketpair: [(at) => [1, 1, 0, at]],
  __syscall_bind: [(at, { a }) => [a, at, 16]],
  __syscall_listen: [],
  __syscall_accept4: [
    (at, given) => [connected(given), at, given.inside, 0],
    (at, given) => [connected(given), given.inside, at, 0],
  ],
  __syscall_connect: [(at, { a }) => [a, at, 16]],
  __syscall_shutdown: [],
  __syscall_getsockname: [(at, { udp, inside }) => [udp, at, inside], (at, { udp, inside }) => [udp, inside, at]],
  __syscall_getpeername: [(at, { b, inside }) => [b, at, inside], (at, { b, inside }) => [b, inside, at]],
  __syscall_recvfrom: [
    (at, { a }) => [a, at, 4, MSG_DONTWAIT, 0, 0],
    (at, { udp, inside }) => [udp, at, 4, MSG_DONTWAIT, inside, inside],
    (at, { udp, inside }) => [udp, inside, 4, MSG_DONTWAIT, at, inside],
    (at, { udp, inside }) => [udp, inside, 4, MSG_DONTWAIT, inside, at],
  ],
  __syscall_sendto: [
    (at, { a }) => [a, at, 4, 0, 0, 0],
    (at, { udp, name }) => [udp, at, 4, 0, name, 16],
    (at, { udp, inside }) => [udp, inside, 4, 0, at, 16],
  ],
  fd_read: [
    (at, { a, inside }) => [a, at, 1, inside],
    (at, { program, a, inside }) => [a, program.placeInts(at, 4), 1, inside],
    (at, { program, a, inside }) => [a, program.placeInts(inside, 1, at, 4), 2, inside],
    (at, { program, a, inside }) => [a, program.placeInts(inside, 1), 1, at],
  ],
  fd_write: [
    (at, { a, inside }) => [a, at, 1, inside],
    (at, { program, a, inside }) => [a, program.placeInts(at, 4), 1, inside],
    (at, { program, a, inside }) => [a, program.placeInts(inside, 1), 1, at],
  ],
  __syscall_sendmsg: [
    (at, { a }) => [a, at, 0],
    (at, given) => [given.udp, header(given, { 0: at, 1: 16 }), 0],
    (at, given) => [given.a, header(given, { 2: at }), 0],
    (at, given) => [given.a, header(given, { 2: given.program.placeInts(at, 4) }), 0],
    (at, given) => [given.a, header(given, { 4: at, 5: 16 }), 0],
  ],
  __syscall_recvmsg: [
    (at, { a }) => [a, at, MSG_DONTWAIT],
    (at, given) => [given.udp, header(given, { 0: at, 1: 16 }), MSG_DONTWAIT],
    (at, given) => [given.a, header(given, { 2: at }), MSG_DONTWAIT],
    (at, given) => [given.a, header(given, { 2: given.program.placeInts(at, 4) }), MSG_DONTWAIT],
    (at, given) => [given.a, header(given, { 4: at, 5: 16 }), MSG_DONTWAIT],
  ],
  __syscall_getsockopt: [(at, { a, inside }) => [a, 1, 3, at, inside], (at, { a, inside }) => [a, 1, 3, inside, at]],
  __syscall_setsockopt: [(at, { a }) => [a, 1, 9, at, 4], (at, { a }) => [a, 1, 20, at, 8]],
  __syscall_poll: [(at) => [at, 1, 0]],
  __syscall__newselect: [
    (at) => [4, at, 0, 0, 0],
    (at) => [4, 0, at, 0, 0],
    (at) => [4, 0, 0, at, 0],
    (at) => [4, 0, 0, 0, at],
  ],
  // FIONBIO, FIONREAD, SIOCGIFINDEX, SIOCGIFNAME: a pointer to the pointer.
  __syscall_ioctl: [0x5421, 0x541b, 0x8933, 0x8910].flatMap((request): Place[] => [
    (at, { a }) => [a, request, at],
    (at, { program, a }) => [a, request, program.placeInts(at)],
  ]),
  // F_DUPFD, F_SETFD, F_SETFL, F_DUPFD_CLOEXEC.
  __syscall_fcntl64: [0, 2, 4, 1030].map(
    (command): Place =>
      (at, { a }) => [a, command, at],
  ),
  __syscall_dup: [],
  __syscall_dup3: [],
  fd_fdstat_get: [(at, { a }) => [a, at]],
  getaddrinfo: [
    (at, { inside }) => [at, 0, 0, inside],
    (at, { program, inside }) => [program.place('127.0.0.1'), at, 0, inside],
    (at, { program, inside }) => [program.place('127.0.0.1'), 0, at, inside],
    (at, { program }) => [program.place('127.0.0.1'), 0, 0, at],
  ],
  getnameinfo: [
    (at, { inside }) => [at, 16, inside, 64, 0, 0, 3],
    (at, { name }) => [name, 16, at, 64, 0, 0, 3],
    (at, { name }) => [name, 16, 0, 0, at, 64, 3],
  ],
  _emscripten_lookup_name: [(at) => [at]],
}

/** Those that return a code of getaddrinfo's, or an address, and errno beside that. */
const LOOKUPS: Readonly<Record<string, number>> = {
  getaddrinfo: EAI_SYSTEM,
  getnameinfo: EAI_SYSTEM,
  _emscripten_lookup_name: 0,
}

/** Other names of the same functions, which emscripten/sockets.c imports. */
const ALIASES = ['berkeley_setsockopt', 'berkeley_shutdown', 'berkeley_socketpair']

/** Makes a connection to the listener, which it returns. */
function connected({ program, listener }: Given): number {
  const name = program.allocate(16)
  program.call('__syscall_getsockname', listener, name, program.placeInts(16))
  const client = program.call('__syscall_socket', 2, 1, 0)
  assert.equal(program.call('__syscall_connect', client, name, 16), 0)
  program.fs.close(program.fs.getStream(client)!)
  return listener
}

function start(context: { after(done: () => void): void }): Given {
  const program = new WasmProgram()
  context.after(() => program.close())
  // A text that begins at the last byte has no end in the memory.
  program.bytes(program.size - 1, 1).fill('x')
  const { fd: listener } = program.listener()
  const [a, b] = program.pair()
  const udp = program.call('__syscall_socket', 2, 2 | SOCK_NONBLOCK, 0)
  program.call('__syscall_bind', udp, program.address(0), 16)
  const name = program.allocate(16)
  program.call('__syscall_getsockname', udp, name, program.placeInts(16))
  const inside = program.allocate(64)
  program.bytes(inside, 4).writeInt32LE(16)
  return { program, a, b, udp, listener, inside, name }
}

/** The result as a positive errno: what a call returns that fails, or leaves in errno. */
function errnoOf({ program }: Given, name: string, args: readonly number[]): number {
  program.bytes(program.errnoLocation, 4).writeInt32LE(0)
  const result = program.call(name, ...args)
  if (!(name in LOOKUPS)) return Math.abs(result)
  assert.equal(result, LOOKUPS[name], name)
  return program.int(program.errnoLocation)
}

test('pointers: in every import, each one outside of the memory is EFAULT, and nothing stays open', (context) => {
  const given = start(context)
  const { program, inside } = given
  assert.deepEqual(program.names.filter((name) => !ALIASES.includes(name)).sort(), Object.keys(POINTERS).sort())
  const before = openDescriptors()
  for (const [name, places] of Object.entries(POINTERS)) {
    for (const [place, argumentsWith] of places.entries()) {
      for (const pointer of [program.size, program.size - 1, -1, -4, 1 << 31]) {
        arrived(given)
        program.bytes(inside, 4).writeInt32LE(16)
        const args = argumentsWith(pointer, given)
        assert.equal(errnoOf(given, name, args), EFAULT, `${name}, pointer ${place}, at ${pointer}`)
      }
    }
  }
  assert.equal(openDescriptors(), before)
})

test('lengths: negative ones are huge, or refused', (context) => {
  const given = start(context)
  const { program, a, udp, listener, inside, name } = given
  const cases: readonly (readonly [number, string, ...number[]])[] = [
    [EINVAL, '__syscall_bind', a, inside, -1],
    [EINVAL, '__syscall_connect', a, inside, -1],
    [EINVAL, '__syscall_accept4', connected(given), inside, program.placeInts(-1), 0],
    [EINVAL, '__syscall_getsockname', udp, inside, program.placeInts(-1)],
    [EINVAL, '__syscall_getpeername', a, inside, program.placeInts(-1)],
    [EFAULT, '__syscall_recvfrom', a, inside, -1, MSG_DONTWAIT, 0, 0],
    [EFAULT, '__syscall_sendto', a, inside, -1, 0, 0, 0],
    [EINVAL, '__syscall_sendto', udp, inside, 4, 0, name, -1],
    [EINVAL, 'fd_read', a, inside, -1, inside],
    [EFAULT, 'fd_read', a, program.placeInts(inside, -1), 1, inside],
    [EINVAL, 'fd_write', a, inside, -1, inside],
    [EFAULT, 'fd_write', a, program.placeInts(inside, -1), 1, inside],
    [EINVAL, '__syscall_sendmsg', a, header(given, { 3: -1 }), 0],
    [EINVAL, '__syscall_sendmsg', udp, header(given, { 0: name, 1: -1 }), 0],
    [EINVAL, '__syscall_recvmsg', a, header(given, { 3: -1 }), MSG_DONTWAIT],
    [EINVAL, '__syscall_getsockopt', a, 1, 3, inside, program.placeInts(-1)],
    [EINVAL, '__syscall_setsockopt', a, 1, 9, inside, -1],
    [EINVAL, '__syscall_poll', inside, -1, 0],
    [EINVAL, '__syscall__newselect', -1, inside, 0, 0, 0],
    [EINVAL, 'getnameinfo', name, -1, inside, 64, 0, 0, 3],
  ]
  for (const [expected, call, ...args] of cases) {
    assert.equal(errnoOf(given, call, args), expected, `${call}(${args.join(', ')})`)
  }
  // Control bytes of a negative length are more than the kernel takes.
  const ENOBUFS = 42
  assert.equal(errnoOf(given, '__syscall_sendmsg', [a, header(given, { 4: inside, 5: -1 }), 0]), ENOBUFS)
  assert.ok(listener > 0)
})

test('descriptors: in every import, a closed one is EBADF, and a file is ENOTSOCK', (context) => {
  const given = start(context)
  const { program, inside, name } = given
  const calls: Readonly<Record<string, readonly number[]>> = {
    __syscall_bind: [name, 16],
    __syscall_listen: [5],
    __syscall_accept4: [0, 0, 0],
    __syscall_connect: [name, 16],
    __syscall_shutdown: [2],
    __syscall_getsockname: [inside, inside],
    __syscall_getpeername: [inside, inside],
    __syscall_recvfrom: [inside, 4, 0, 0, 0],
    __syscall_sendto: [inside, 4, 0, 0, 0],
    fd_read: [program.placeInts(inside, 4), 1, inside],
    fd_write: [program.placeInts(inside, 4), 1, inside],
    __syscall_sendmsg: [header(given, {}), 0],
    __syscall_recvmsg: [header(given, {}), 0],
    __syscall_getsockopt: [1, 3, inside, inside],
    __syscall_setsockopt: [1, 9, inside, 4],
    __syscall_ioctl: [0x541b, program.placeInts(inside)],
    __syscall_fcntl64: [3, 0],
    __syscall_dup: [],
    __syscall_dup3: [9, 0],
    fd_fdstat_get: [inside],
  }
  const withoutDescriptor = ['__syscall_socket', '__syscall_socketpair', '__syscall_poll', '__syscall__newselect']
  const others = [...withoutDescriptor, ...Object.keys(LOOKUPS)]
  assert.deepEqual([...Object.keys(calls), ...others].sort(), Object.keys(POINTERS).sort())
  const [closed] = program.pair()
  program.fs.close(program.fs.getStream(closed)!)
  for (const [call, rest] of Object.entries(calls)) {
    for (const fd of [closed, 4000, -1, 1 << 31])
      assert.equal(errnoOf(given, call, [fd, ...rest]), EBADF, `${call} ${fd}`)
    for (const file of [0, 1]) assert.equal(errnoOf(given, call, [file, ...rest]), ENOTSOCK, `${call} ${file}`)
  }
})

test('calls: none throws, whatever its arguments are, and closing leaves nothing open', () => {
  const before = openDescriptors()
  let state = 7
  /** A number below `limit`: a linear congruential generator, so that every run makes the same calls. */
  const random = (limit: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
  const program = new WasmProgram()
  for (let count = 0; count < 3; count++) program.pair(1 | SOCK_NONBLOCK)
  const interesting = [0, 1, 2, 3, 4, 16, 1024, 4096, 65_532, 65_536, -1, -4, 0x7fffffff, 1 << 31, MSG_DONTWAIT]
  const argument = (): number => (random(2) === 0 ? interesting[random(interesting.length)]! : random(70_000))
  // What may wait for ever on a blocking socket gets descriptors that never do; names are not looked up.
  const names = program.names.filter((name) => !/accept|getaddrinfo|getnameinfo|lookup|_poll|newselect/.test(name))
  for (let count = 0; count < 20_000; count++) {
    const name = names[random(names.length)]!
    const args = Array.from({ length: 6 }, argument)
    if (name !== '__syscall_socket' && !name.endsWith('socketpair')) args[0] = random(10) - 1
    else args[1] = args[1]! | SOCK_NONBLOCK
    // FIONBIO and F_SETFL would make a socket block.
    if (name === '__syscall_ioctl' && args[1] === 0x5421) continue
    if (name === '__syscall_fcntl64' && args[1] === 4) continue
    assert.equal(typeof program.call(name, ...args), 'number')
    // Sockets that pile up would end in EMFILE alone.
    const newest = program.fs.streams.length - 1
    if (newest > 12 && program.fs.getStream(newest) !== null) program.fs.close(program.fs.getStream(newest)!)
  }
  program.close()
  assert.equal(openDescriptors(), before)
})
