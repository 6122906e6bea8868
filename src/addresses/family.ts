// The family of an address as callers give it: by the name that address objects use, or by the kernel's constant.

import { checkInteger, mustBe, wrongType, wrongValue } from '../core/validate.js'
import type { Family } from '../native/constant-kinds.js'
import {
  AF_ALG,
  AF_BLUETOOTH,
  AF_CAN,
  AF_INET,
  AF_INET6,
  AF_NETLINK,
  AF_PACKET,
  AF_QIPCRTR,
  AF_TIPC,
  AF_UNIX,
  AF_UNSPEC,
  AF_VSOCK,
  AF_XDP,
} from '../native/generated/constants.js'

const ALL: readonly [name: string, family: Family][] = [
  ['inet', AF_INET],
  ['inet6', AF_INET6],
  ['unix', AF_UNIX],
  ['netlink', AF_NETLINK],
  ['packet', AF_PACKET],
  ['vsock', AF_VSOCK],
  ['can', AF_CAN],
  ['alg', AF_ALG],
  ['xdp', AF_XDP],
  ['qipcrtr', AF_QIPCRTR],
  ['tipc', AF_TIPC],
  ['bluetooth', AF_BLUETOOTH],
]

/** Those that this system has. */
const NAMES = ALL.filter(([, family]) => family >= 0)

const byName = new Map<unknown, Family>(NAMES)
const byNumber = new Map(NAMES.map(([name, family]) => [family, name]))

/** The name of a family as messages show it: `'inet'`, or its number if it has none. */
export function familyText(family: Family): string {
  const name = byNumber.get(family)
  return name === undefined ? String(family) : `'${name}'`
}

/**
 * The kernel's number of a family that a caller gives; AF_UNSPEC where it is left out.
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when it is neither a string nor a number
 * @throws TypeError `ERR_INVALID_ARG_VALUE` when it is the name of no family
 * @throws RangeError `ERR_OUT_OF_RANGE` when it is the number of no family
 */
export function familyNumber(given: unknown, argument: string): Family {
  if (given === undefined) return AF_UNSPEC
  const family = byName.get(given)
  if (family !== undefined) return family
  const expected = `'inet', 'inet6', 'unix' or a constant such as AF_INET6`
  if (typeof given === 'string') throw wrongValue(mustBe(argument, expected, given))
  if (typeof given !== 'number') throw wrongType(argument, expected, given)
  checkInteger(given, argument, 0, 65535)
  return given as Family
}

/**
 * Checks the family of an address that a caller gives, which may be left out or AF_UNSPEC.
 * @returns the family, or AF_UNSPEC
 * @throws TypeError, RangeError as `familyNumber`
 * @throws TypeError `ERR_INVALID_ARG_VALUE` when it is not among the families that are `allowed`
 */
export function checkFamily(given: unknown, argument: string, allowed: readonly Family[]): Family {
  const family = familyNumber(given, argument)
  if (family === AF_UNSPEC || allowed.includes(family)) return family
  throw wrongValue(mustBe(argument, allowed.map(familyText).join(' or '), given))
}
