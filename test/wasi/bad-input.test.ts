// What a WASI program may give that is wrong, in every call on sockets: pointers outside of its memory, lengths below zero, and
// descriptors that are closed or files. A call returns an errno then, and never throws.
import assert from 'node:assert/strict'
import { closeSync, openSync } from 'node:fs'
import { test } from 'node:test'
import { createServer, type InetAddress, Socket } from 'berkeley'
import { SocketWasi } from 'berkeley/wasi'
import { openDescriptors } from '../support/descriptors.js'
import { startWorker } from '../support/threads.js'

const EBADF = 8
const EFAULT = 21
const EINVAL = 28
const ENOTSOCK = 57

const PAGE_BYTES = 65_536
/** Descriptors of the program: a connection and a listener come after the standard streams. */
const [CONNECTION, LISTENER] = [3, 4]

/** A module that exports one page of memory, and nothing else. */
const LIBRARY = Uint8Array.of(
  0,
  97,
  115,
  109,
  1,
  0,
  0,
  0,
  5,
  3,
  1,
  0,
  1,
  7,
  10,
  1,
  6,
  109,
  101,
  109,
  111,
  114,
  121,
  2,
  0,
)
/** The same with `_start`, a function that returns at once. */
const PROGRAM = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 5, 3, 1, 0, 1],
  ...[7, 19, 2, 6, 109, 101, 109, 111, 114, 121, 2, 0, 6, 95, 115, 116, 97, 114, 116, 0, 0, 10, 4, 1, 2, 0, 11],
)

interface WasmInterface {
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object) => { readonly exports: { readonly memory: { readonly buffer: ArrayBuffer } } }
}
const { Module, Instance } = (globalThis as unknown as { WebAssembly: WasmInterface }).WebAssembly

class Library {
  readonly peer: Socket
  readonly #wasi: SocketWasi
  readonly #calls: Readonly<Record<string, (...args: (number | bigint)[]) => number>>
  readonly #memory: { readonly buffer: ArrayBuffer }
  readonly #port: number

  constructor() {
    const [connection, peer] = Socket.pair()
    const listener = createServer({ host: '127.0.0.1', port: 0 })
    this.#port = (listener.getSockName() as InetAddress).port
    this.peer = peer
    this.#wasi = new SocketWasi({ listen: [connection, listener] })
    this.#calls = this.#wasi.getImportObject()['wasi_snapshot_preview1'] as never
    const instance = new Instance(new Module(LIBRARY))
    this.#memory = instance.exports.memory
    this.#wasi.initialize(instance)
  }

  call(name: string, ...args: (number | bigint)[]): number {
    return this.#calls[name]!(...args)
  }

  /** Puts 32-bit numbers into the memory. */
  place(at: number, ...values: number[]): number {
    new Int32Array(this.#memory.buffer, at, values.length).set(values)
    return at
  }

  /** Connects to the program's listener, and closes that connection at once. */
  connect(): number {
    const client = new Socket()
    client.connect({ host: '127.0.0.1', port: this.#port })
    client.close()
    return LISTENER
  }

  close(): void {
    this.peer.close()
    this.#wasi.close()
  }
}

/** The calls on sockets, with each place that has a pointer. */
const POINTERS: Readonly<Record<string, readonly ((at: number, library: Library) => readonly number[])[]>> = {
  sock_accept: [(at, library) => [library.connect(), 0, at]],
  sock_recv: [
    (at) => [CONNECTION, at, 1, 0, 64, 72],
    (at, library) => [CONNECTION, library.place(32, at, 4), 1, 0, 64, 72],
    (at, library) => [CONNECTION, library.place(32, 1024, 1), 1, 0, at, 72],
    (at, library) => [CONNECTION, library.place(32, 1024, 1), 1, 0, 64, at],
  ],
  sock_send: [
    (at) => [CONNECTION, at, 1, 0, 64],
    (at, library) => [CONNECTION, library.place(32, at, 4), 1, 0, 64],
    (at, library) => [CONNECTION, library.place(32, 1024, 1), 1, 0, at],
  ],
  fd_read: [
    (at) => [CONNECTION, at, 1, 64],
    (at, library) => [CONNECTION, library.place(32, at, 4), 1, 64],
    (at, library) => [CONNECTION, library.place(32, 1024, 1), 1, at],
  ],
  fd_write: [
    (at) => [CONNECTION, at, 1, 64],
    (at, library) => [CONNECTION, library.place(32, at, 4), 1, 64],
    (at, library) => [CONNECTION, library.place(32, 1024, 1), 1, at],
  ],
  fd_fdstat_get: [(at) => [CONNECTION, at]],
  fd_filestat_get: [(at) => [CONNECTION, at]],
  fd_prestat_get: [(at) => [CONNECTION, at]],
  poll_oneoff: [(at) => [at, 2048, 1, 64], (at) => [1024, at, 1, 64], (at) => [1024, 2048, 1, at]],
}

test('pointers: in each call on sockets, one outside of the memory is EFAULT, and nothing stays open', (context) => {
  const library = new Library()
  context.after(() => library.close())
  const before = openDescriptors()
  for (const [name, places] of Object.entries(POINTERS)) {
    for (const [place, argumentsWith] of places.entries()) {
      for (const pointer of [PAGE_BYTES, PAGE_BYTES - 1, -1, -4, 1 << 31]) {
        library.peer.send('four')
        const result = library.call(name, ...argumentsWith(pointer, library))
        assert.equal(result, EFAULT, `${name}, pointer ${place}, at ${pointer}`)
      }
    }
  }
  assert.equal(openDescriptors(), before)
})

test('lengths: negative ones are huge, or refused', (context) => {
  const library = new Library()
  context.after(() => library.close())
  for (const [expected, name, ...args] of [
    [EINVAL, 'sock_recv', CONNECTION, 32, -1, 0, 64, 72],
    [EFAULT, 'sock_recv', CONNECTION, library.place(32, 1024, -1), 1, 0, 64, 72],
    [EINVAL, 'sock_send', CONNECTION, 32, -1, 0, 64],
    [EFAULT, 'sock_send', CONNECTION, library.place(32, 1024, -1), 1, 0, 64],
    [EINVAL, 'fd_read', CONNECTION, 32, -1, 64],
    [EINVAL, 'fd_write', CONNECTION, 32, -1, 64],
    [EINVAL, 'poll_oneoff', 1024, 2048, -1, 64],
    [EINVAL, 'poll_oneoff', 1024, 2048, 0, 64],
  ] as const) {
    assert.equal(library.call(name, ...args), expected, `${name}(${args.join(', ')})`)
  }
})

test('descriptors: a closed one is EBADF, and a file is ENOTSOCK', (context) => {
  const library = new Library()
  context.after(() => library.close())
  assert.equal(library.call('fd_close', CONNECTION), 0)
  const calls = {
    sock_accept: [0, 64],
    sock_recv: [32, 1, 0, 64, 72],
    sock_send: [32, 1, 0, 64],
    sock_shutdown: [3],
  }
  for (const [name, rest] of Object.entries(calls)) {
    for (const fd of [CONNECTION, 1000, -1]) assert.equal(library.call(name, fd, ...rest), EBADF, `${name} ${fd}`)
    for (const fd of [0, 1, 2]) assert.equal(library.call(name, fd, ...rest), ENOTSOCK, `${name} ${fd}`)
  }
  for (const name of ['fd_read', 'fd_write']) assert.equal(library.call(name, CONNECTION, 32, 1, 64), EBADF)
  assert.equal(library.call('fd_close', CONNECTION), EBADF)
  // Descriptors of this process are no descriptors of the program.
  const own = openSync('/dev/null', 'r')
  context.after(() => closeSync(own))
  assert.ok(own > LISTENER)
  assert.equal(library.call('sock_recv', own, 32, 1, 0, 64, 72), EBADF)
})

test('programs: 100 that end with open sockets, one after the other, leave no descriptor open', () => {
  const before = openDescriptors()
  for (let count = 0; count < 100; count++) {
    const [connection, peer] = Socket.pair()
    const wasi = new SocketWasi({ listen: [connection, createServer({ host: '127.0.0.1', port: 0 })] })
    assert.equal(wasi.run(PROGRAM), 0)
    assert.equal(peer.recv(1), null, 'the program’s end of the connection is closed')
    peer.close()
  }
  assert.equal(openDescriptors(), before)
})

test('workers: one whose program waits is terminated', async () => {
  const { worker, next, exited } = startWorker('wasi/blocked')
  assert.equal(await next(), 'waits')
  await worker.terminate()
  assert.equal(await exited, 1)
})
