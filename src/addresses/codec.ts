// addresses/ converts address objects to and from the memory through which they pass to the addon. How the kernel
// treats a family is a row here (FamilyRules), which other folders ask for by rulesOf. Nothing here looks a name up:
// see resolve/.
//
// This file is the contract of an address codec. To add a family: a file here that implements the contract, a row in
// families.ts, and the kernel's layout in native/platform/: see codec.h there.

import type { ErrorTarget } from '../core/errors.js'
import type { Family } from '../native/constant-kinds.js'
import type { Address, AddressInput } from './types.js'

/** How the kernel treats the sockets of a family, where families differ. */
export interface FamilyRules {
  /** A host may be a name, which a lookup turns into addresses. */
  readonly hasHostNames: boolean
  /** SO_LINGER delays close(2) until the data is acknowledged. */
  readonly lingers: boolean
  /** MSG_ERRQUEUE reads the error queue. For other families the kernel ignores the flag and receives data. */
  readonly hasErrorQueue: boolean
  /**
   * The kernel reports false readiness to write: connect(2) to a full backlog and datagrams to a full receiver fail
   * with EAGAIN while poll(2) reports POLLOUT.
   */
  readonly hasFalseWritability: boolean
  /** A peer has an address. Of AF_ALG, accept(2) with room for one fails with ECONNABORTED. */
  readonly hasPeerNames: boolean
}

/** The rules of most families. */
export const USUAL_RULES: FamilyRules = {
  hasHostNames: false,
  lingers: true,
  hasErrorQueue: true,
  hasFalseWritability: false,
  hasPeerNames: true,
}

/** A host that is a name, with its port. */
export interface HostName {
  readonly host: string
  readonly port: number
}

/** Converts the addresses of one family to and from the frame: see frame.ts. */
export interface AddressCodec {
  /** The value of `family` in address objects. */
  readonly name: Exclude<Address['family'], 'raw'>
  /** The kernel's number of the family. */
  readonly family: Family
  readonly rules: FamilyRules
  /** Whether an address without `family` is of this family. */
  matches(address: object): boolean
  /**
   * Gives an address to the addon for its next bind, connect or sendTo.
   * @returns null; or the host and port if the host is a name, which only a lookup can turn into an address
   * @throws TypeError `ERR_INVALID_ARG_TYPE` when a field is of the wrong type
   * @throws TypeError `ERR_INVALID_ARG_VALUE` when a field is invalid, `family` is another one, or a name has a `scopeId`
   *   or `flowInfo`
   * @throws RangeError `ERR_OUT_OF_RANGE` when a number or a length is too large
   */
  encode(address: AddressInput): HostName | null
  /** The address that the addon has put into the frame. */
  decode(): Address
  /** The fields of an error about this address. */
  describe(address: AddressInput | Address): ErrorTarget
}
