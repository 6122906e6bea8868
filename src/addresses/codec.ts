// The contract of an address codec. A family of addresses is one file that implements it, a row in families.ts, and a
// codec for the kernel's layout in native/platform/.

import type { ErrorTarget } from '../core/errors.js'
import type { Family } from '../native/constant-kinds.js'
import type { Address, AddressInput } from './types.js'

/** What the kernel does differently for a family's sockets. */
export interface FamilyRules {
  /** Hosts may be names, which a lookup turns into addresses. */
  readonly hasHostNames: boolean
  /** SO_LINGER delays close(2) until the data is acknowledged. */
  readonly lingers: boolean
  /** MSG_ERRQUEUE reads a queue of errors; elsewhere the kernel ignores the flag and receives data. */
  readonly hasErrorQueue: boolean
  /**
   * The kernel reports false readiness to write: connect(2) to a full backlog and datagrams to a full receiver fail with
   * EAGAIN while poll(2) reports POLLOUT.
   */
  readonly hasFalseWritability: boolean
}

/** A host that is a name, and the port beside it. */
export interface HostName {
  readonly host: string
  readonly port: number
}

/** How addresses of one family get to the addon and back. */
export interface AddressCodec {
  /** The value of `family` in address objects. */
  readonly name: Exclude<Address['family'], 'raw'>
  /** The kernel's number. */
  readonly family: Family
  readonly rules: FamilyRules
  /** Whether an address that does not name its family is one of this family. */
  matches(address: object): boolean
  /**
   * Puts an address into the addon's memory for its next bind, connect or sendTo.
   * @returns null, or a host name, which only a lookup can turn into an address
   * @throws TypeError, RangeError
   */
  encode(address: AddressInput): HostName | null
  /** The address that the addon left in the frame. */
  decode(): Address
  /** The address as the fields of an error. */
  describe(address: AddressInput | Address): ErrorTarget
}
