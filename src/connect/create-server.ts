// A listening socket in one call.

import { type BigIntStats, lstatSync, unlinkSync } from 'node:fs'
import { resolve as absolute } from 'node:path'
import { codecOf } from '../addresses/families.js'
import { checkedHost } from '../addresses/inet.js'
import type { Address, HostAddress, HostInput, UnixInput, UnixPathAddress, UnixPathInput } from '../addresses/types.js'
import { misuse, SocketError } from '../core/errors.js'
import { checkOptions } from '../core/validate.js'
import type { Family } from '../native/constant-kinds.js'
import { errno } from '../native/errno.js'
import { AF_INET, AF_INET6, AF_UNIX, AF_UNSPEC, AI_PASSIVE, SOCK_STREAM } from '../native/generated/constants.js'
import { IPV6_V6ONLY, SO_REUSEADDR, SO_REUSEPORT } from '../options/generated/options.js'
import { resolve } from '../resolve/resolve.js'
import { Socket } from '../socket/socket.js'

/** How to listen. */
export interface ServerOptions {
  /** How many connections may wait to be accepted; the kernel's most unless given. */
  readonly backlog?: number
  /** Lets several sockets listen on the same port, and shares the connections between them: SO_REUSEPORT. */
  readonly reusePort?: boolean
  /** Accepts IPv4 as well on an IPv6 socket (IPV6_V6ONLY off); `host` '' is then `::`. */
  readonly dualStack?: boolean
}

/** Where to listen. `host` '' is every address of this machine; port 0 lets the kernel choose. */
export type ServerTarget = HostInput | UnixInput

/** A socket that listens: its iteration gives connections, and where it listens is of the kind that was asked for. */
export interface ListeningSocket<At extends Address = Address> extends Socket {
  [Symbol.iterator](): Generator<Socket, never, undefined>
  getSockName(): At
}

/**
 * Makes a socket that is bound to `target` and listens; the port of a server that went a moment ago can be bound again
 * (SO_REUSEADDR).
 * @throws SocketError `EADDRINUSE` (for a unix path the message says whether somebody listens there or a server that is
 *   gone left it), `EACCES`, `EADDRNOTAVAIL`; ResolveError; TypeError, RangeError
 * @example
 * using listener = createServer({ host: '127.0.0.1', port: 0 })
 * console.log('listening on port', listener.getSockName().port)
 * for (const connection of listener) {
 *   connection.sendAll('hello\n')
 *   connection.close()
 * }
 */
export function createServer(target: HostInput, options?: ServerOptions): ListeningSocket<HostAddress>
export function createServer(target: UnixPathInput, options?: ServerOptions): ListeningSocket<UnixPathAddress>
export function createServer(target: ServerTarget, options?: ServerOptions): ListeningSocket
export function createServer(target: ServerTarget, options: ServerOptions = {}): ListeningSocket {
  const { family, rules } = codecOf(target, 'target')
  checkServerOptions(options)
  return rules.hasHostNames ? listenOnHost(target as HostInput, options) : listenDirectly(target, family, options)
}

function checkServerOptions(options: ServerOptions): void {
  checkOptions(options)
  for (const name of ['reusePort', 'dualStack'] as const) {
    if (typeof (options[name] ?? false) === 'boolean') continue
    throw misuse(TypeError, 'ERR_INVALID_ARG_TYPE', `options.${name} must be a boolean`)
  }
}

function listenOnHost(target: HostInput, options: ServerOptions): ListeningSocket {
  const address = addressOf(target, options.dualStack === true)
  const socket = new Socket(address.family === 'inet6' ? AF_INET6 : AF_INET)
  return prepared(socket, () => {
    socket.setOption(SO_REUSEADDR, true)
    if (options.reusePort === true) socket.setOption(SO_REUSEPORT, true)
    if (address.family === 'inet6') socket.setOption(IPV6_V6ONLY, options.dualStack !== true)
    socket.bind(address)
    socket.listen(options.backlog)
  })
}

/** The one address to bind: of a name, the first that it has. */
function addressOf(target: HostInput, dualStack: boolean): HostInput {
  const { host, port } = checkedHost(target)
  if (host === '') return dualStack ? { family: 'inet6', host: '::', port } : { family: 'inet', host: '0.0.0.0', port }
  const family = dualStack ? AF_INET6 : AF_UNSPEC
  const [first] = resolve(host, port, { family, type: SOCK_STREAM, flags: AI_PASSIVE })
  return first!.address as HostInput
}

function listenDirectly(target: ServerTarget, family: Family, options: ServerOptions): ListeningSocket {
  const socket = new Socket(family)
  return prepared(socket, () => {
    try {
      socket.bind(target)
    } catch (error) {
      throw explained(error, target)
    }
    socket.listen(options.backlog)
  })
}

/** A socket that is not left open if preparing it fails. */
function prepared(socket: Socket, prepare: () => void): ListeningSocket {
  try {
    prepare()
    return socket as ListeningSocket
  } catch (error) {
    socket.close()
    throw error
  }
}

/**
 * What removes the path of a listener that is made there now: the next would find it in use. It is to be called before the
 * listener is closed, and does nothing where the path is another's by then: as long as the listener lives, no other file
 * has its number.
 * @internal
 */
export function pathRemover(address: Address): () => void {
  if (address.family !== 'unix' || !('path' in address)) return () => {}
  // Whoever made it may go to another folder.
  const path = absolute(address.path)
  const made = fileAt(path)
  return () => {
    const found = fileAt(path)
    if (found === null || found.dev !== made?.dev || found.ino !== made.ino) return
    try {
      unlinkSync(path)
    } catch {
      // It stays for the next to tell of: nothing else of the server depends on it.
    }
  }
}

function fileAt(path: string): BigIntStats | null {
  try {
    return lstatSync(path, { bigint: true })
  } catch {
    return null
  }
}

/** A path in use is either a server's, or what a server that is gone has left: only one of them can be helped. */
function explained(error: unknown, target: ServerTarget): unknown {
  const path = 'path' in target ? target.path : undefined
  if (!(error instanceof SocketError) || error.code !== 'EADDRINUSE' || path === undefined) return error
  if (isListenedOn(path)) error.message += ': somebody listens there'
  else if (isSocketFile(path)) error.message += ': left by a server that is gone; unlink it first'
  else error.message += ': it is no socket'
  return error
}

function isSocketFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSocket() === true
}

function isListenedOn(path: string): boolean {
  using probe = new Socket(AF_UNIX)
  probe.setBlocking(false)
  const outcome = probe.connectEx({ path })
  // A full backlog is somebody's, and so is a socket of another type, or one that we may not connect to.
  return outcome !== errno.ECONNREFUSED && outcome !== errno.ENOENT
}
