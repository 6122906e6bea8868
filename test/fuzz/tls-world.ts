// The contexts and connections of TLS that calls of the addon work on. Both ends of a connection are here, over a pair of
// sockets, so an input decides what each of them does in every step of the handshake and afterwards.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isMainThread } from 'node:worker_threads'
import { native, TLS_NEEDS_CONTEXT, type TlsContextHandle, type TlsHandle } from '../../src/native/addon.js'
import { AF_UNIX, SOCK_STREAM } from '../../src/native/generated/constants.js'
import { CHAIN, CIPHERS, IS_SERVER, KEY, SESSION, TLS_1_2, TRUST } from '../../src/tls/numbers.js'
import { Certificates, noOpenSsl } from '../support/certificates.js'
import type { ByteSource } from './byte-source.js'

const NO_TIMEOUT = 0
const MAX_CONNECTIONS = 8
const MAX_ROUNDS = 8
const MAX_RECORD_BYTES = 4096
const NOTHING = new Uint8Array(0)

/** Of the encrypted key and the PKCS #12 file. */
export const PASSPHRASE = 'of the key'
/** Names of hosts: of the certificate, of none, and no names. */
export const HOSTS: readonly Uint8Array[] = ['localhost', '127.0.0.1', '', 'other.example', '[', 'x'.repeat(300)].map(
  (host) => Buffer.from(host),
)
/** Lists of protocols as the wire has them, and some that are malformed. */
export const PROTOCOLS: readonly Uint8Array[] = [
  '',
  '\x02h2',
  '\x08http/1.1\x02h2',
  '\x00',
  '\x02h2\x00\x02h2',
  '\xffx',
  `\xff${'x'.repeat(255)}`,
  '\x02h2\x09short',
].map((list) => Buffer.from(list, 'latin1'))

/** What contexts are made from, as text; empty where there is no openssl command. */
export interface Material {
  readonly root: string
  readonly cert: string
  readonly key: string
  readonly encryptedKey: string
  /** In base64. */
  readonly pkcs12: string
}

function made(): Material {
  if (noOpenSsl !== false) return { root: '', cert: '', key: '', encryptedKey: '', pkcs12: '' }
  const certificates = new Certificates()
  const { root, good } = certificates
  return {
    root: root.cert,
    cert: good.cert,
    key: good.key,
    encryptedKey: certificates.encryptedKey(good, PASSPHRASE),
    pkcs12: certificates.pkcs12(good, PASSPHRASE).toString('base64'),
  }
}

let material: Material | undefined

/** What contexts are made from. The main thread makes it in the folder that workers read it from. */
export function tlsMaterial(folder: string): Material {
  const file = join(folder, 'material')
  if (material === undefined && isMainThread) writeFileSync(file, JSON.stringify(made()))
  material ??= JSON.parse(readFileSync(file, 'utf8')) as Material
  return material
}

type Uses = readonly (readonly [setting: number, text: string])[]

function context(uses: Uses, maxVersion = 0): TlsContextHandle {
  const handle = native.tlsContext() as TlsContextHandle
  for (const [setting, text] of uses) native.tlsContextUse(handle, setting, Buffer.from(text), NOTHING)
  native.tlsContextVersions(handle, 0, maxVersion)
  return handle
}

/** Contexts that are right, for all inputs, so that no call changes them. */
interface Contexts {
  readonly servers: readonly TlsContextHandle[]
  readonly clients: readonly TlsContextHandle[]
}

let contexts: Contexts | undefined

function rightContexts(folder: string): Contexts {
  if (contexts !== undefined) return contexts
  const { root, cert, key } = tlsMaterial(folder)
  native.tlsLoad(false)
  // A process has one store of roots, the first that is set.
  native.tlsSetRoots(Buffer.from(root))
  const server: Uses = [
    [CHAIN, cert],
    [KEY, key],
    [TRUST, root],
  ]
  const client: Uses = [[TRUST, root]]
  contexts = {
    servers: [context(server), context(server, TLS_1_2)],
    clients: [context(client), context(client, TLS_1_2), context([...client, [CIPHERS, 'AES128-SHA']])],
  }
  return contexts
}

interface Connection {
  readonly handle: TlsHandle
  readonly fd: number
}

export class TlsWorld {
  readonly #folder: string
  readonly #contexts: TlsContextHandle[] = []
  readonly #connections: Connection[] = []
  #session: Uint8Array = NOTHING

  constructor(folder: string) {
    this.#folder = folder
  }

  /** A context that calls may change, or an object that is none. */
  changeable(source: ByteSource): unknown {
    return this.#contexts.length === 0 ? {} : source.pick(this.#contexts)
  }

  context(source: ByteSource): unknown {
    if (source.oneIn(4)) return this.changeable(source)
    const { servers, clients } = rightContexts(this.#folder)
    return source.pick([...servers, ...clients])
  }

  connection(source: ByteSource): unknown {
    return this.#connections.length === 0 ? {} : source.pick(this.#connections).handle
  }

  /** What a peer has sent, taken from the socket, with one byte changed. */
  changedRecord(source: ByteSource): Uint8Array {
    if (this.#connections.length === 0) return NOTHING
    const bytes = new Uint8Array(MAX_RECORD_BYTES)
    const count = native.recv(source.pick(this.#connections).fd, bytes, 0, NO_TIMEOUT)
    if (count <= 0) return NOTHING
    bytes[source.word() % count]! ^= source.byte()
    return bytes.subarray(0, count)
  }

  get session(): Uint8Array {
    return this.#session
  }

  get material(): Material {
    return tlsMaterial(this.#folder)
  }

  addedContext(handle: TlsContextHandle): void {
    this.#contexts.push(handle)
  }

  added(handle: TlsHandle, fd: number): void {
    this.#connections.push({ handle, fd })
    if (this.#connections.length > MAX_CONNECTIONS) native.tlsFree(this.#connections.shift()!.handle)
  }

  /**
   * Connects a client with a server, and lets them take some steps of the handshake.
   * @returns the descriptors of both
   */
  connect(source: ByteSource): readonly number[] {
    const fds = new Int32Array(2)
    if (native.pair(AF_UNIX, SOCK_STREAM, 0, new Uint8Array(fds.buffer)) !== 0) return []
    const server = this.#end(source, fds[0]!, true)
    const client = this.#end(source, fds[1]!, false)
    if (server !== undefined && client !== undefined) this.#shakeHands(source, client, server)
    return [...fds]
  }

  #end(source: ByteSource, fd: number, isServer: boolean): TlsHandle | undefined {
    const { servers, clients } = rightContexts(this.#folder)
    const checks = (source.byte() & (IS_SERVER - 1)) | (isServer ? IS_SERVER : 0)
    const host = source.oneIn(4) ? source.pick(HOSTS) : HOSTS[0]!
    const protocols = source.oneIn(4) ? source.pick(PROTOCOLS) : NOTHING
    const session = source.oneIn(4) ? this.#session : NOTHING
    const shared = source.pick(isServer ? servers : clients)
    const handle = native.tlsConnection(shared, fd, checks, host, host, protocols, session)
    if (typeof handle === 'number') return undefined
    this.added(handle, fd)
    return handle
  }

  #shakeHands(source: ByteSource, client: TlsHandle, server: TlsHandle): void {
    for (let rounds = source.below(MAX_ROUNDS); rounds > 0; rounds--) {
      const isDone = native.tlsHandshake(client, NO_TIMEOUT) === 0
      const result = native.tlsHandshake(server, NO_TIMEOUT)
      if (result === TLS_NEEDS_CONTEXT) native.tlsSetContext(server, null)
      // The server's tickets come after its handshake.
      if (isDone && result === 0) native.tlsRecv(client, 1, 0, NO_TIMEOUT)
    }
    this.#session = native.tlsBytes(client, SESSION) ?? NOTHING
  }

  end(): void {
    for (const { handle } of this.#connections.splice(0)) native.tlsFree(handle)
    this.#contexts.length = 0
  }
}
