// The descriptors of a WASI program: sockets, and those of node:wasi under other numbers. node:wasi numbers its own from 0 on
// and knows of no sockets, so every number that passes between it and the program is translated.

import { CallFailure } from '../emscripten/failure.js'
import type { ProgramSocket } from '../emscripten/file-system.js'

/** What a number of the program's is: a socket, or a descriptor of node:wasi's. */
export type WasiDescriptor = { readonly socket: ProgramSocket } | { readonly inner: number }

/** As many as a process may usually have open. */
const MAX_DESCRIPTORS = 1024

export class DescriptorTable {
  readonly #descriptors: (WasiDescriptor | undefined)[] = []

  /** The descriptor behind a number. @throws CallFailure `EBADF` */
  get(fd: number): WasiDescriptor {
    const found = this.#descriptors[fd]
    if (found === undefined) throw new CallFailure('EBADF')
    return found
  }

  /** The socket behind a number. @throws CallFailure `EBADF`, `ENOTSOCK` */
  socket(fd: number): ProgramSocket {
    const found = this.get(fd)
    if ('socket' in found) return found.socket
    throw new CallFailure('ENOTSOCK')
  }

  /** Gives a descriptor the lowest free number. @throws CallFailure `EMFILE` */
  add(descriptor: WasiDescriptor): number {
    let fd = 0
    while (this.#descriptors[fd] !== undefined) fd++
    if (fd >= MAX_DESCRIPTORS) throw new CallFailure('EMFILE')
    this.#descriptors[fd] = descriptor
    return fd
  }

  /** Puts a descriptor in the place of another, which has been closed: fd_renumber. */
  move(from: number, to: number): void {
    this.#descriptors[to] = this.get(from)
    if (from !== to) this.remove(from)
  }

  remove(fd: number): void {
    this.#descriptors[fd] = undefined
  }

  /** Closes the sockets that are still open. */
  closeAll(): void {
    for (const [fd, descriptor] of this.#descriptors.entries()) {
      if (descriptor === undefined || !('socket' in descriptor)) continue
      this.remove(fd)
      descriptor.socket.descriptor.close()
    }
  }
}
