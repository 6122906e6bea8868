// Addresses as users see them: plain objects, told apart by `family`.

/** An IPv4 address; `host` in dotted decimal. */
export interface InetAddress {
  readonly family: 'inet'
  readonly host: string
  readonly port: number
}

/** An IPv6 address. `scopeId` is an interface's index; 0 where there is none. */
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

/** A name in Linux' abstract namespace, without its leading NUL; unix(7). */
export interface UnixAbstractAddress {
  readonly family: 'unix'
  readonly abstract: Buffer
}

/** A unix socket without a name; given to `bind`, the kernel chooses an abstract one. */
export interface UnixUnnamedAddress {
  readonly family: 'unix'
}

/** An address of a family without a codec: its number, and what follows the family in the sockaddr. */
export interface RawAddress {
  readonly family: 'raw'
  readonly value: number
  readonly bytes: Buffer
}

/** An address with a host and a port. */
export type HostAddress = InetAddress | Inet6Address

/** An address of a unix socket. */
export type UnixAddress = UnixPathAddress | UnixAbstractAddress | UnixUnnamedAddress

/** An address as the kernel tells it; `family` says which. */
export type Address = HostAddress | UnixAddress | RawAddress

/** A host and port to go to or to bind. `host` may be a name; '' is any address of this machine. */
export interface HostInput {
  readonly family?: 'inet' | 'inet6'
  readonly host: string
  readonly port: number
  readonly flowInfo?: number
  readonly scopeId?: number
}

/** A path in the file system to go to or to bind. */
export interface UnixPathInput {
  readonly family?: 'unix'
  readonly path: string
}

/** A unix socket's address to go to or to bind. */
export type UnixInput =
  | UnixPathInput
  | { readonly family?: 'unix'; readonly abstract: Uint8Array }
  | { readonly family: 'unix'; readonly path?: undefined }

/** An address of any family, by its bytes. */
export interface RawInput {
  readonly family: 'raw'
  readonly value: number
  readonly bytes: Uint8Array
}

/** What verbs take as an address; `family` may be left out. */
export type AddressInput = HostInput | UnixInput | RawInput
