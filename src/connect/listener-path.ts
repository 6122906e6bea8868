// The path of a unix listener, which is a file that bind(2) makes and that outlives the listener.

import { type BigIntStats, chmodSync, lstatSync, unlinkSync } from 'node:fs'
import { resolve as absolute } from 'node:path'
import type { Address, AddressInput } from '../addresses/types.js'
import { SocketError, withMessage } from '../core/errors.js'
import { errno } from '../native/errno.js'
import { AF_UNIX, SOCK_DGRAM } from '../native/generated/constants.js'
import { Socket } from '../socket/socket.js'

const SLASH = 0x2f

/**
 * Returns what removes the path of a listener that was just made: the next server would find it in use. Call it before
 * the listener is closed. It does nothing where the path is another file by then: the listener keeps its file's number
 * from being used again.
 */
export function pathRemover(address: Address): () => void {
  const path = pathOf(address)
  if (path === null) return () => {}
  const made = fileAt(path)
  return () => {
    const found = fileAt(path)
    if (found === null || found.dev !== made?.dev || found.ino !== made.ino) return
    try {
      unlinkSync(path)
    } catch {
      // Nothing else depends on it. The next server reports that the path is in use.
    }
  }
}

/** The path of a unix address, absolute, because the program may change its working directory; null without a path. */
function pathOf(address: Address): string | Buffer | null {
  if (address.family === 'unix') return 'path' in address ? absolute(address.path) : null
  // A path that is not UTF-8 is a raw address.
  if (address.family !== 'raw' || address.value !== AF_UNIX) return null
  const { bytes } = address
  return bytes[0] === SLASH ? bytes : Buffer.concat([Buffer.from(`${process.cwd()}/`), bytes])
}

function fileAt(path: string | Buffer): BigIntStats | null {
  try {
    return lstatSync(path, { bigint: true })
  } catch {
    return null
  }
}

/** How a socket listens on a path. */
export interface PathOptions {
  readonly backlog?: number
  readonly mode?: number
  readonly removeStale?: boolean
}

/**
 * Binds a socket to a path, and listens. Connecting fails until then, so its permissions hold from the first connection on.
 * @throws SocketError `EADDRINUSE`, whose message says what the path is in use by
 */
export function listenOnPath(socket: Socket, target: AddressInput, path: string, options: PathOptions): void {
  const { backlog, mode } = options
  bindPath(socket, target, path, options.removeStale === true)
  const remove = pathRemover(socket.getSockName())
  try {
    if (mode !== undefined) chmodSync(path, mode)
    socket.listen(backlog)
  } catch (error) {
    remove()
    throw error
  }
}

function bindPath(socket: Socket, target: AddressInput, path: string, removeStale: boolean): void {
  try {
    socket.bind(target)
  } catch (error) {
    const isStale = removeStale && isInUse(error) && isSocketFile(path) && !isBound(path)
    if (!isStale) {
      explainPathInUse(error, path)
      throw error
    }
    unlinkSync(path)
    socket.bind(target)
  }
}

function isInUse(error: unknown): error is SocketError {
  return error instanceof SocketError && error.code === 'EADDRINUSE'
}

/** Adds to a bind's EADDRINUSE what the path is in use by, which decides what the user can do. */
function explainPathInUse(error: unknown, path: string): void {
  if (isInUse(error)) withMessage(error, `bind EADDRINUSE ${path}: ${usedBy(path)}`)
}

function usedBy(path: string): string {
  if (isBound(path)) return 'another socket is bound to this path'
  if (isSocketFile(path)) return 'a server that has ended left this file; unlink it first, or set removeStale'
  return 'this file is not a socket'
}

function isSocketFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSocket() === true
}

/**
 * Whether an open socket is bound to the path. The probe is a datagram socket, which makes no connection: a listener refuses
 * it by EPROTOTYPE. A stream socket would be accepted by a running server, and would fill a slot of its backlog.
 */
function isBound(path: string): boolean {
  using probe = new Socket(AF_UNIX, SOCK_DGRAM)
  const outcome = probe.connectEx({ path })
  // Any other failure comes from a socket: it is of another type, or we may not connect to it.
  return outcome !== errno.ECONNREFUSED && outcome !== errno.ENOENT
}
