// The part of Emscripten's FS that this folder uses, and sockets as streams of it. A socket gets its number from the
// program's own table of descriptors, so that numbers are small, and dup, close, fstat and select treat sockets and files
// alike. The kernel's number stays here: a program cannot name a descriptor that it was not given.

import { FOREVER } from '../core/deadline.js'
import type { Descriptor } from '../socket/descriptor.js'
import { CallFailure, errnoOfError } from './failure.js'

/** What a stream refers to. Duplicates of a descriptor share it. */
export interface FileNode {
  readonly mode: number
}

/** An open descriptor of the program. */
export interface FileStream {
  readonly fd: number
  readonly node?: FileNode
  readonly stream_ops: { readonly poll?: (stream: FileStream, timeout: number) => number }
}

/** Emscripten's FS, as far as it is used here. A program exports it with `-sFORCE_FILESYSTEM`. */
export interface FileSystem {
  readonly streams: readonly (FileStream | null | undefined)[]
  readonly ErrnoError: new (errno: number) => Error
  getStream(fd: number): FileStream | null | undefined
  /** Earlier versions take the range of the number, later ones the number. */
  createStream(stream: object, fd?: number, lastFd?: number): FileStream
  close(stream: FileStream): void
}

/** S_IFSOCK, and permissions as Linux reports them. */
const SOCKET_MODE = 0o140777

/** FS.MAX_OPEN_FDS. */
export const MAX_DESCRIPTORS = 4096

/** O_RDWR. */
const READ_WRITE = 2

/** A socket of the program. */
export class ProgramSocket {
  readonly descriptor: Descriptor
  /** SO_RCVTIMEO and SO_SNDTIMEO in milliseconds, which bound the waits of a blocking socket. */
  receiveTimeout: number = FOREVER
  sendTimeout: number = FOREVER

  constructor(descriptor: Descriptor, nonBlocking: boolean) {
    this.descriptor = descriptor
    this.nonBlocking = nonBlocking
  }

  /** O_NONBLOCK of the open file description, which duplicates share. */
  get nonBlocking(): boolean {
    return this.descriptor.timeout === 0
  }

  set nonBlocking(flag: boolean) {
    this.descriptor.timeout = flag ? 0 : FOREVER
  }

  /** How long a receive or an accept may wait, with the flags of the call considered. */
  get receiveLimit(): number {
    return this.nonBlocking ? 0 : this.receiveTimeout
  }

  get sendLimit(): number {
    return this.nonBlocking ? 0 : this.sendTimeout
  }
}

/** What the streams of sockets do for calls that reach them through FS, such as `FS.read` of JavaScript's. */
export interface SocketOperations {
  read(socket: ProgramSocket, memory: Uint8Array): number
  write(socket: ProgramSocket, memory: Uint8Array): number
  poll(socket: ProgramSocket): number
}

/** The descriptors of a program that are sockets. */
export class SocketTable {
  readonly #fs: () => FileSystem
  readonly #operations: SocketOperations
  readonly #sockets = new Map<FileNode, ProgramSocket>()
  /** The descriptors with FD_CLOEXEC. Nothing inherits one; a program can ask for the flag. */
  readonly #closeOnExec = new WeakSet<FileStream>()
  #made = 0

  constructor(fs: () => FileSystem, operations: SocketOperations) {
    this.#fs = fs
    this.#operations = operations
  }

  /** Gives a socket the lowest free number. */
  add(socket: ProgramSocket, closeOnExec = false): number {
    try {
      const fd = this.#open(socket)
      this.setCloseOnExec(fd, closeOnExec)
      return fd
    } catch (error) {
      socket.descriptor.close()
      // FS throws its own ErrnoError where the table is full, with the program's number.
      throw 'errno' in (error as object) ? new CallFailure('EMFILE') : error
    }
  }

  #open(socket: ProgramSocket): number {
    const path = `socket:[${++this.#made}]`
    const attributes = attributesOf(this.#made)
    const node = { mode: SOCKET_MODE, name: path, node_ops: { getattr: () => attributes } }
    const { fd } = this.#fs().createStream({
      node,
      path,
      flags: READ_WRITE,
      seekable: false,
      position: 0,
      stream_ops: this.#streamOperations(socket, node),
    })
    this.#sockets.set(node, socket)
    return fd
  }

  /** The socket behind a number; `undefined` for a file. @throws CallFailure `EBADF` */
  find(fd: number): ProgramSocket | undefined {
    const stream = this.#fs().getStream(fd)
    if (stream === null || stream === undefined) throw new CallFailure('EBADF')
    return stream.node && this.#sockets.get(stream.node)
  }

  /** The socket behind a number. @throws CallFailure `EBADF`, `ENOTSOCK` */
  get(fd: number): ProgramSocket {
    const socket = this.find(fd)
    if (socket === undefined) throw new CallFailure('ENOTSOCK')
    return socket
  }

  /**
   * Duplicates a descriptor, by the lowest free number from `minimum` on. Emscripten's own dup opened the path again in
   * earlier versions, which a socket does not have.
   */
  duplicate(fd: number, minimum: number, closeOnExec: boolean): number {
    const { streams } = this.#fs()
    let copy = minimum
    while (streams[copy] !== undefined && streams[copy] !== null) copy++
    if (copy >= MAX_DESCRIPTORS) throw new CallFailure('EMFILE')
    this.#fs().createStream(this.stream(fd)!, copy, copy)
    this.setCloseOnExec(copy, closeOnExec)
    return copy
  }

  /** Closes a descriptor of any kind. */
  close(fd: number): void {
    const stream = this.stream(fd)
    if (stream !== undefined) this.#fs().close(stream)
  }

  /** FD_CLOEXEC of one descriptor, which duplicates do not share. */
  closesOnExec(fd: number): boolean {
    return this.#closeOnExec.has(this.stream(fd)!)
  }

  setCloseOnExec(fd: number, flag: boolean): void {
    const stream = this.stream(fd)!
    if (flag) this.#closeOnExec.add(stream)
    else this.#closeOnExec.delete(stream)
  }

  /** The stream behind a number, of a file or a socket; `undefined` where there is none. */
  stream(fd: number): FileStream | undefined {
    return this.#fs().getStream(fd) ?? undefined
  }

  /** Closes every socket that is still open, as the kernel does when a process ends. */
  closeAll(): void {
    const nodes = new Set(this.#sockets.keys())
    for (const stream of [...this.#fs().streams]) {
      if (stream?.node !== undefined && nodes.has(stream.node)) this.#fs().close(stream)
    }
    // A socket whose stream was taken away by other means.
    for (const { descriptor } of this.#sockets.values()) descriptor.close()
    this.#sockets.clear()
  }

  #streamOperations(socket: ProgramSocket, node: FileNode): object {
    const { read, write, poll } = this.#operations
    const guard = (call: () => number): number => {
      try {
        return call()
      } catch (error) {
        throw new (this.#fs().ErrnoError)(errnoOfError(error))
      }
    }
    return {
      read: (_stream: unknown, memory: Int8Array, offset: number, length: number) =>
        guard(() => read(socket, new Uint8Array(memory.buffer, memory.byteOffset + offset, length))),
      write: (_stream: unknown, memory: Int8Array, offset: number, length: number) =>
        guard(() => write(socket, new Uint8Array(memory.buffer, memory.byteOffset + offset, length))),
      poll: () => poll(socket),
      close: (stream: FileStream) => this.#closed(stream, node, socket),
      getattr: () => (node as FileNode & { node_ops: { getattr(): object } }).node_ops.getattr(),
    }
  }

  /** The last duplicate closes the socket. FS takes `stream` out of its table after this call. */
  #closed(stream: FileStream, node: FileNode, socket: ProgramSocket): void {
    if (this.#fs().streams.some((other) => other?.node === node && other.fd !== stream.fd)) return
    this.#sockets.delete(node)
    try {
      socket.descriptor.close()
    } catch {
      // close(2) frees the descriptor whatever it reports, and FS has no way to report it.
    }
  }
}

/** What fstat(2) reports of a socket. */
function attributesOf(inode: number): object {
  const time = new Date()
  const fixed = { dev: 8, ino: inode, mode: SOCKET_MODE, nlink: 1, uid: 0, gid: 0, rdev: 0, size: 0 }
  return { ...fixed, atime: time, mtime: time, ctime: time, blksize: 4096, blocks: 0 }
}
