// Addresses as callers see them: plain objects, distinguished by `family`.

import type { Family } from '../native/constant-kinds.js'
import type { LinuxAddress, LinuxInput } from './linux-types.js'

/** An IPv4 address; `host` in dotted decimal. */
export interface InetAddress {
  readonly family: 'inet'
  readonly host: string
  readonly port: number
}

/** An IPv6 address. `scopeId` is the index of an interface, or 0. */
export interface Inet6Address {
  readonly family: 'inet6'
  readonly host: string
  readonly port: number
  readonly flowInfo: number
  readonly scopeId: number
}

/** A path in the file system. */
export interface UnixPathAddress {
  readonly family: 'unix'
  readonly path: string
}

/** A name in Linux's abstract namespace, without its leading NUL; unix(7). */
export interface UnixAbstractAddress {
  readonly family: 'unix'
  readonly abstract: Buffer
}

/** The address of a unix socket without a name. Given to `bind`, it makes the kernel choose an abstract name. */
export interface UnixUnnamedAddress {
  readonly family: 'unix'
}

/** An address of a family that has no type here: the family's number, and the bytes of the sockaddr after it. */
export interface RawAddress {
  readonly family: 'raw'
  readonly value: number
  readonly bytes: Buffer
}

/** An address with a host and a port. */
export type HostAddress = InetAddress | Inet6Address

/** An address of a unix socket. */
export type UnixAddress = UnixPathAddress | UnixAbstractAddress | UnixUnnamedAddress

/** An address that the kernel reports; `family` says of which type it is. */
export type Address = HostAddress | UnixAddress | LinuxAddress | RawAddress

/** A host and port to connect to, to send to or to bind. `host` may be a name; '' is any address of this machine. */
export interface HostInput {
  /** Which addresses of the host count: `'inet'` or AF_INET, `'inet6'` or AF_INET6; either unless given. */
  readonly family?: 'inet' | 'inet6' | Family
  readonly host: string
  readonly port: number
  /** Only beside a numeric host, because the addresses of a name have their own. */
  readonly flowInfo?: number
  /** The index of an interface; only beside a numeric host. */
  readonly scopeId?: number
}

/** A path in the file system to connect to, to send to or to bind. */
export interface UnixPathInput {
  readonly family?: 'unix' | Family
  readonly path: string
}

/** The address of a unix socket to connect to, to send to or to bind. */
export type UnixInput =
  | UnixPathInput
  | { readonly family?: 'unix' | Family; readonly abstract: string | Uint8Array }
  | { readonly family: 'unix' | Family; readonly path?: undefined }

/** An address of any family, given as bytes. */
export interface RawInput {
  readonly family: 'raw'
  readonly value: number
  readonly bytes: Uint8Array
}

/** An address as verbs accept it; `family` may be left out, except of a raw address. */
export type AddressInput = HostInput | UnixInput | LinuxInput | RawInput
