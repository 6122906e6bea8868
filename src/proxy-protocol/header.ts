// What a PROXY protocol header says, in either of its versions.
// https://www.haproxy.org/download/2.8/doc/proxy-protocol.txt

import type { Address, HostInput, UnixInput } from '../addresses/types.js'

import { type SocketError, stateError } from '../core/errors.js'

/** A value by its number: of a type that an application or a provider has made its own, or that is newer than this. */
export interface ProxyTlv {
  /** 0 to 255; the types 0xE0 to 0xEF are the applications' own. */
  readonly type: number
  readonly value: Uint8Array
}

/** What a proxy knows of the TLS connection that it has ended. */
export interface ProxyTls {
  /** The client came over TLS. */
  readonly tls: boolean
  /** It gave a certificate in this connection. */
  readonly certificate: boolean
  /** It has given one at least once in the TLS session to which this connection belongs. */
  readonly sessionCertificate: boolean
  /** 0 where it gave a certificate that was found good. */
  readonly verify: number
  /** `TLSv1.3`. */
  readonly version?: string
  /** The common name in the client's certificate. */
  readonly commonName?: string
  readonly cipher?: string
  readonly signatureAlgorithm?: string
  readonly keyAlgorithm?: string
  readonly other?: readonly ProxyTlv[]
}

/** What version 2 tells besides addresses; text that is no UTF-8 has U+FFFD in it. */
export interface ProxyValues {
  /** The protocol that TLS has agreed on, as node:tls names it: `h2`. */
  readonly alpn?: string
  /** The host name that the client asked for, by TLS' server name for instance. */
  readonly authority?: string
  /** What the proxy calls this connection; at most 128 bytes. */
  readonly uniqueId?: Uint8Array
  readonly tls?: ProxyTls
  /** The name of the network namespace. */
  readonly namespace?: string
  /** All others, in their order. */
  readonly other?: readonly ProxyTlv[]
}

/** The header in front of a proxied connection. */
export interface ProxyHeader {
  readonly version: 1 | 2
  /** `local`: the proxy connects for itself, to see whether the server lives, say. */
  readonly command: 'proxy' | 'local'
  /** Of the client's connection; `null` where the proxy does not tell. */
  readonly transport: 'stream' | 'datagram' | null
  /** The client; `null` where the connection's own peer is meant. */
  readonly source: Address | null
  /** Where the client has connected to; `null` where the connection's own address is meant. */
  readonly destination: Address | null
  readonly tlvs: ProxyValues
}

/** An address in a header that is to be written; a host must be numeric. */
export type ProxyAddressInput = Address | HostInput | UnixInput

/** A header that is to be written. */
export interface ProxyHeaderInput {
  /** 2 unless given. */
  readonly version?: 1 | 2
  /** `proxy` unless given; version 1 has no other. */
  readonly command?: 'proxy' | 'local'
  /** `stream` unless given; version 1 has no other. */
  readonly transport?: 'stream' | 'datagram' | null
  /** The client. */
  readonly source?: ProxyAddressInput | null
  /** Where the client has connected to; of the same family. */
  readonly destination?: ProxyAddressInput | null
  /** Version 1 has none. */
  readonly tlvs?: ProxyValues
  /** Adds a CRC-32C, which receivers verify; version 1 has none. */
  readonly checksum?: boolean
}

/** What is received is no header, and the connection is of no use. */
export function malformed(explanation: string): SocketError {
  return stateError('ERR_PROXY_PROTOCOL', 'recv', explanation)
}
