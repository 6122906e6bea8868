// The descriptors, lookups and objects that calls of the addon work on. A target gives no other descriptors to the addon,
// because closing those of the runtime is not what it is tested for.

import { openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isMainThread, workerData } from 'node:worker_threads'
import { type Lookup, native } from '../../src/native/addon.js'
import { AF_INET, AF_UNIX, SOCK_DGRAM, SOCK_STREAM } from '../../src/native/generated/constants.js'
import { temporaryFolder } from '../support/folders.js'
import type { ByteSource } from './byte-source.js'
import { TlsWorld } from './tls-world.js'

const NO_TIMEOUT = 0
/** Numbers that are no descriptors. */
const NOT_OPEN = [-1, -(2 ** 31), 2 ** 30, 2 ** 31 - 1]
const MAX_DESCRIPTORS = 24

/** A folder for files and unix sockets, which the workers of a program share. */
export const folder: string = isMainThread ? temporaryFolder() : (workerData as { folder: string }).folder
// Unix sockets are bound to paths.
if (isMainThread) process.chdir(folder)

/** A regular file to send. */
export const file = openSync(join(folder, 'file'), 'w+')
// An environment has one notifier, which stays open: calls that open it find it open.
native.notifierOpen(() => {}, -1, true)

export class World {
  /** Open descriptors. */
  readonly #fds: number[] = []
  readonly #lookups: Lookup[] = []
  readonly tls = new TlsWorld(folder)
  /** Keeps the owners of descriptors from being collected, upon which a sweep would close them. */
  readonly owners: object[] = []
  /** The number of the trace that was started last. */
  trace = 0

  constructor() {
    const rows = new Int32Array(2)
    for (const type of [SOCK_STREAM, SOCK_DGRAM]) {
      if (native.pair(AF_UNIX, type, 0, new Uint8Array(rows.buffer)) === 0) this.#fds.push(...rows)
    }
    this.opened(native.socket(AF_INET, SOCK_STREAM, 0))
  }

  /** Notes a descriptor that a call returned. A number that is open already was reused. */
  opened(fd: number): void {
    if (fd < 0 || this.#fds.includes(fd)) return
    this.#fds.push(fd)
    if (this.#fds.length > MAX_DESCRIPTORS) this.close(this.#fds[0]!)
  }

  closed(fd: number): void {
    const index = this.#fds.indexOf(fd)
    if (index >= 0) this.#fds.splice(index, 1)
  }

  close(fd: number): void {
    this.closed(fd)
    native.close(fd, false, false, NO_TIMEOUT)
  }

  /** A descriptor of this world, or a number that is none. */
  fd(source: ByteSource): number {
    if (this.#fds.length === 0 || source.oneIn(16)) return source.pick(NOT_OPEN)
    return source.pick(this.#fds)
  }

  added(lookup: Lookup): void {
    this.#lookups.push(lookup)
  }

  lookup(source: ByteSource): unknown {
    return this.#lookups.length === 0 ? {} : source.pick(this.#lookups)
  }

  /** Closes everything that is open, and ends the trace. */
  end(): void {
    native.traceStop(this.trace)
    while (native.traceTake() !== null);
    this.tls.end()
    for (const lookup of this.#lookups) native.lookupCancel(lookup)
    for (const fd of [...this.#fds]) this.close(fd)
    this.owners.length = 0
  }
}

/** The folder of traces, emptied from time to time. */
export function traceFolder(source: ByteSource): string {
  const name = join(folder, `traces-${source.below(2)}`)
  if (source.oneIn(16)) rmSync(name, { recursive: true, force: true })
  return name
}
