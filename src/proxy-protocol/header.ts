// The PROXY protocol: what the header in front of a proxied connection says, in either of its versions.
// https://www.haproxy.org/download/2.8/doc/proxy-protocol.txt
//
// A proxy sends the header before the client's first byte. Version 1 is a line of text (text.ts), version 2 is binary
// (binary.ts) and carries further values (tlvs.ts). parser.ts finds a header at the beginning of a stream, and
// read-header.ts reads it from a socket. write-header.ts encodes one.

import type { Address, AddressInput } from '../addresses/types.js'
import { type SocketError, stateError } from '../core/errors.js'

/** A value by its number, for types that an application or a provider defines, or that are newer than this library. */
export interface ProxyTlv {
  /** 0 to 255; the types 0xE0 to 0xEF are for applications. */
  readonly type: number
  readonly value: Uint8Array
}

/** A proxy's knowledge of the client's TLS connection, which ends at the proxy. */
export interface ProxyTls {
  /** The client connected over TLS. */
  readonly tls: boolean
  /** The client presented a certificate in this connection. */
  readonly certificate: boolean
  /** The client presented a certificate at least once in the TLS session of this connection. */
  readonly sessionCertificate: boolean
  /** 0 if the client presented a certificate and it was verified. */
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

/** The values of version 2 besides addresses. Text that is not valid UTF-8 contains U+FFFD. */
export interface ProxyValues {
  /** The protocol that TLS negotiated, as node:tls names it: `h2`. */
  readonly alpn?: string
  /** The host name that the client asked for, for instance by TLS' server name indication. */
  readonly authority?: string
  /** The proxy's identifier of this connection; at most 128 bytes. */
  readonly uniqueId?: Uint8Array
  readonly tls?: ProxyTls
  /** The name of the network namespace. */
  readonly namespace?: string
  /** All other values, in their order. */
  readonly other?: readonly ProxyTlv[]
}

/** The header in front of a proxied connection. */
export interface ProxyHeader {
  readonly version: 1 | 2
  /** `local`: the proxy connects for itself, for instance to check the server's health. */
  readonly command: 'proxy' | 'local'
  /** The transport of the client's connection; `null` if the header does not say. */
  readonly transport: 'stream' | 'datagram' | null
  /** The client's address; `null` means the connection's own peer. */
  readonly source: Address | null
  /** The address that the client connected to; `null` means the connection's own address. */
  readonly destination: Address | null
  readonly tlvs: ProxyValues
}

/** An address in a header to encode. A host must be numeric. */
export type ProxyAddressInput = AddressInput

/** A header to encode. */
export interface ProxyHeaderInput {
  /** 2 unless given. */
  readonly version?: 1 | 2
  /** `proxy` unless given. Version 1 has no other. */
  readonly command?: 'proxy' | 'local'
  /** `stream` unless given. Version 1 has no other. */
  readonly transport?: 'stream' | 'datagram' | null
  /** The client's address. */
  readonly source?: ProxyAddressInput | null
  /** The address that the client connected to; of the same family as `source`. */
  readonly destination?: ProxyAddressInput | null
  /** Version 1 has none. */
  readonly tlvs?: ProxyValues
  /** Adds a CRC-32C, which receivers verify. Version 1 has none. */
  readonly checksum?: boolean
}

/** The error for bytes that are no valid header. The connection is of no use then. */
export function malformed(explanation: string): SocketError {
  return stateError('ERR_PROXY_PROTOCOL', 'recv', explanation)
}
