// What the two sides of a connection agreed on, and what this side knows of the peer.

import type { X509Certificate } from 'node:crypto'
import { inspect } from 'node:util'
import { checkInteger, checkString, isInstance, wrongType, wrongValue } from '../core/validate.js'
import { native, type TlsAgreement, type TlsHandle } from '../native/addon.js'
import { certificateOf } from '../native/node-modules.js'
import type { Descriptor } from '../socket/descriptor.js'
import { connectionError } from './errors.js'
import { FINISHED, PEER_FINISHED, SERVER_END_POINT, SESSION } from './numbers.js'
import { TlsDescriptor } from './tls-descriptor.js'

/** The cipher of a connection. */
export interface TlsCipher {
  /** OpenSSL's name. */
  readonly name: string
  /** The name of the standard. */
  readonly standardName: string
  /** The oldest version that has it. */
  readonly version: string
}

const MAX_EXPORT_BYTES = 65536

/**
 * The facts of a TLS connection; `socket.tls` has one. They are final once the handshake is complete (`isEstablished`):
 * before, they are empty or what this side offers. Once the socket is closed or given away, all but `isEstablished` and
 * `authorizationError` throw `ERR_SOCKET_CLOSED` or `ERR_SOCKET_DETACHED`.
 * @example
 * const { protocol, cipher, alpnProtocol } = secure.tls
 * console.log(protocol, cipher.name, alpnProtocol)
 */
export class TlsInfo {
  readonly #descriptor: () => Descriptor

  /** @internal */
  constructor(descriptor: () => Descriptor) {
    this.#descriptor = descriptor
  }

  /** The layer of an open connection. */
  #open(): TlsDescriptor {
    const descriptor = this.#descriptor()
    descriptor.open('tls')
    return descriptor as TlsDescriptor
  }

  /** The layer of an open or closed connection; null of a face that was given away, which has a plain descriptor. */
  #layer(): TlsDescriptor | null {
    const descriptor = this.#descriptor()
    return descriptor instanceof TlsDescriptor ? descriptor : null
  }

  #handle(): TlsHandle {
    return this.#open().handle('tls')
  }

  #facts(): TlsAgreement {
    return native.tlsFacts(this.#handle())
  }

  #bytes(subject: number): Buffer | null {
    return native.tlsBytes(this.#handle(), subject)
  }

  /** The version: `TLSv1.3`, ... */
  get protocol(): string {
    return this.#facts().protocol
  }

  /** The cipher. */
  get cipher(): TlsCipher {
    const { cipher: name, standardName, cipherVersion: version } = this.#facts()
    return { name, standardName, version }
  }

  /** The protocol that ALPN chose; `null` for none. */
  get alpnProtocol(): string | null {
    return this.#facts().alpnProtocol || null
  }

  /** The name that the client asked for; `null` for none. */
  get servername(): string | null {
    return this.#facts().servername || null
  }

  /** Whether the handshake is complete. */
  get isEstablished(): boolean {
    return this.#layer()?.isEstablished ?? false
  }

  /** Whether an earlier session was resumed. */
  get isSessionReused(): boolean {
    return this.#open().isSessionReused
  }

  /** Whether the peer has shown a valid certificate. */
  get authorized(): boolean {
    const descriptor = this.#open()
    if (!descriptor.isEstablished || descriptor.authorizationError !== null) return false
    return native.tlsPeerCertificate(this.#handle(), 0) !== null
  }

  /** Why the certificate is not valid, as the code of node:tls, where `rejectUnauthorized` is false; `null` if it is. */
  get authorizationError(): string | null {
    return this.#layer()?.authorizationError ?? null
  }

  /** The peer's certificate; `null` if it has shown none. */
  get peerCertificate(): X509Certificate | null {
    const der = native.tlsPeerCertificate(this.#handle(), 0)
    return der === null ? null : certificateOf(der)
  }

  /** All certificates that the peer has shown, its own first. */
  get peerCertificates(): X509Certificate[] {
    const handle = this.#handle()
    const all: X509Certificate[] = []
    for (let der = native.tlsPeerCertificate(handle, 0); der !== null; ) {
      all.push(certificateOf(der))
      der = native.tlsPeerCertificate(handle, all.length)
    }
    return all
  }

  /**
   * The session, for the option of that name of a later connection to the same server; `SSL_get1_session(3)`. With TLS 1.3
   * the server sends it after the handshake: it is here once something was received. It is a secret.
   */
  get session(): Buffer | null {
    return this.#bytes(SESSION)
  }

  /** The Finished message that this side sent; `SSL_get_finished(3)`. */
  get finished(): Buffer | null {
    return this.#bytes(FINISHED)
  }

  /** The Finished message of the peer. */
  get peerFinished(): Buffer | null {
    return this.#bytes(PEER_FINISHED)
  }

  /**
   * What binds an authentication above TLS to this connection: SCRAM-SHA-256-PLUS wants `tls-server-end-point` (RFC 5929)
   * or `tls-exporter` (RFC 9266).
   * @throws TypeError `ERR_INVALID_ARG_VALUE` for another kind
   * @example
   * const binding = secure.tls.channelBinding('tls-server-end-point')
   */
  channelBinding(kind: 'tls-server-end-point' | 'tls-exporter'): Buffer | null {
    if (kind === 'tls-server-end-point') return this.#bytes(SERVER_END_POINT)
    if (kind === 'tls-exporter') return this.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0))
    throw wrongValue("kind must be 'tls-server-end-point' or 'tls-exporter'")
  }

  /**
   * A secret that both sides derive from the connection; `SSL_export_keying_material(3)`, RFC 5705.
   * @throws TypeError `ERR_INVALID_ARG_TYPE`; RangeError `ERR_OUT_OF_RANGE`
   * @example
   * const secret = secure.tls.exportKeyingMaterial(32, 'EXPORTER-my-protocol')
   */
  exportKeyingMaterial(length: number, label: string, context?: Uint8Array): Buffer {
    checkInteger(length, 'length', 1, MAX_EXPORT_BYTES)
    checkString(label, 'label')
    if (context !== undefined && !isInstance(context, Uint8Array)) throw wrongType('context', 'a Buffer', context)
    const { plan } = this.#open()
    const handle = this.#handle()
    const bytes = context ?? new Uint8Array(0)
    const secret = native.tlsExportKeyingMaterial(handle, length, Buffer.from(label), bytes, context !== undefined)
    if (typeof secret === 'number') throw connectionError(native.tlsFailure(), 'tls', plan.host)
    return secret
  }

  /** What console.log shows. @internal */
  [inspect.custom](): string {
    const { closed, fd } = this.#descriptor()
    if (fd < 0) return `TlsInfo { ${closed ? 'closed' : 'detached'} }`
    if (!this.isEstablished) return 'TlsInfo { isEstablished: false }'
    const { protocol, alpnProtocol, authorized, authorizationError } = this
    return `TlsInfo ${inspect({ protocol, cipher: this.cipher.name, alpnProtocol, authorized, authorizationError })}`
  }
}
