// A program in WebAssembly without its code: memory and a file system as Emscripten makes them, and the calls that a
// compiled program would make.
import { type SocketImportsOptions, socketImports } from 'berkeley/emscripten'

/** The memory of a program, in pages of 64 kB. Threads can share one that has a maximum. */
export interface Memory {
  readonly buffer: ArrayBuffer
  grow(pages: number): number
}
export const { Memory: WasmMemory } = (
  globalThis as unknown as {
    WebAssembly: { Memory: new (limits: { initial: number; maximum?: number; shared?: boolean }) => Memory }
  }
).WebAssembly

interface Stream {
  fd: number
  node: object
  stream_ops: { close?: (stream: Stream) => void; dup?: (stream: Stream) => void; poll?: () => number }
}

/** Emscripten's FS, as far as descriptors go: library_fs.js. */
export class FileSystem {
  readonly streams: (Stream | null)[] = []

  /** Standard input, output and error are open. */
  constructor() {
    for (const poll of [() => 0, () => 5, () => 5]) this.createStream({ node: { mode: 0 }, stream_ops: { poll } })
  }

  readonly ErrnoError = class extends Error {
    override readonly name = 'ErrnoError'
    readonly errno: number
    constructor(errno: number) {
      super('FS error')
      this.errno = errno
    }
  }

  getStream(fd: number): Stream | null {
    return this.streams[fd] ?? null
  }

  createStream(stream: object, fd = -1): Stream {
    const made = Object.assign(Object.create(null), stream) as Stream
    made.fd = fd >= 0 ? fd : this.#free()
    this.streams[made.fd] = made
    return made
  }

  close(stream: Stream): void {
    stream.stream_ops.close?.(stream)
    this.streams[stream.fd] = null
  }

  #free(): number {
    const free = this.streams.indexOf(null)
    const fd = free < 0 ? this.streams.length : free
    if (fd >= 4096) throw new this.ErrnoError(33)
    return fd
  }
}

/** A program and its calls. */
export class WasmProgram {
  readonly fs = new FileSystem()
  readonly memory: Memory
  readonly #imports
  #free = 1024
  /** Where the last lookup that failed left errno. */
  readonly errnoLocation = 512

  constructor(options: SocketImportsOptions = {}, memory = new WasmMemory({ initial: 1 })) {
    this.memory = memory
    const exports = (): object => ({
      memory: this.memory,
      malloc: (bytes: number) => this.allocate(bytes),
      __errno_location: () => this.errnoLocation,
    })
    this.#imports = socketImports({ FS: this.fs }, { exports, ...options })
  }

  /** The names of all imports. */
  get names(): string[] {
    return Object.keys(this.#imports.functions)
  }

  /** Makes a call by the name of its import. */
  call(name: string, ...args: (number | bigint)[]): number {
    return Number(this.#imports.functions[name]!(...args))
  }

  close(): void {
    this.#imports.close()
  }

  /** Memory of the program's that is never freed. */
  allocate(bytes: number): number {
    const pointer = this.#free
    this.#free += Math.ceil(bytes / 16) * 16
    return pointer
  }

  /** Puts bytes into the memory. @returns their pointer */
  place(bytes: Uint8Array | string): number {
    const given = typeof bytes === 'string' ? Buffer.from(`${bytes}\0`) : bytes
    const pointer = this.allocate(given.length)
    this.bytes(pointer, given.length).set(given)
    return pointer
  }

  placeInts(...values: number[]): number {
    return this.place(new Uint8Array(Int32Array.from(values).buffer))
  }

  bytes(pointer: number, length: number): Buffer {
    return Buffer.from(this.memory.buffer, pointer, length)
  }

  int(pointer: number): number {
    return this.bytes(pointer, 4).readInt32LE()
  }

  /** A sockaddr_in. */
  address(port: number, host: readonly number[] = [127, 0, 0, 1]): number {
    return this.place(Uint8Array.of(2, 0, port >> 8, port & 0xff, ...host, 0, 0, 0, 0, 0, 0, 0, 0))
  }

  /** A connected pair of stream sockets. */
  pair(type = 1): [number, number] {
    const pointer = this.allocate(8)
    const result = this.call('__syscall_socketpair', 1, type, 0, pointer)
    if (result !== 0) throw new Error(`socketpair returned ${result}`)
    return [this.int(pointer), this.int(pointer + 4)]
  }

  /** A TCP socket that listens on the loopback interface, and its port. */
  listener(): { fd: number; port: number } {
    const fd = this.call('__syscall_socket', 2, 1, 0)
    this.call('__syscall_bind', fd, this.address(0), 16)
    this.call('__syscall_listen', fd, 16)
    const name = this.allocate(16)
    this.call('__syscall_getsockname', fd, name, this.placeInts(16))
    return { fd, port: this.bytes(name, 4).readUInt16BE(2) }
  }

  get size(): number {
    return this.memory.buffer.byteLength
  }

  grow(): void {
    this.memory.grow(1)
  }
}
