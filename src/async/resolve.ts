// Names to addresses, awaited: the lookups of resolve/resolve.ts, whose end the reactor reports.

import { encodeAddress } from '../addresses/families.js'
import type { Address, AddressInput } from '../addresses/types.js'
import { type Deadline, effectiveTimeout, FOREVER } from '../core/deadline.js'
import { type ErrorTarget, failure, misuse, type SocketError } from '../core/errors.js'
import { checkOptionNames, type Names } from '../core/option-names.js'
import { checkedOptions, signalOf } from '../core/validate.js'
import { type Lookup, native, TIMED_OUT } from '../native/addon.js'
import type { Family } from '../native/constant-kinds.js'
import { errno } from '../native/errno.js'
import { SOCK_STREAM } from '../native/generated/constants.js'
import { Waitable } from '../reactor/waitable.js'
import { finishLookup, type PendingLookup } from '../resolve/lookup.js'
import {
  isNumeric,
  RESOLVE_OPTIONS,
  type ResolvedAddress,
  type ResolveOptions,
  startResolve,
} from '../resolve/resolve.js'
import { ASYNC_OPTIONS, type AsyncOptions, perform, type Verb } from './pending-operation.js'

const RESOLVE_ASYNC_OPTIONS: Names<ResolveOptions & AsyncOptions> = { ...RESOLVE_OPTIONS, ...ASYNC_OPTIONS }

/** The end of a lookup: an error has the name. */
class LookupEnd extends Waitable {
  readonly #target: ErrorTarget

  constructor(fd: number, target: ErrorTarget) {
    super(fd)
    this.#target = target
  }

  override timedOut(syscall: string, timeout: number): SocketError {
    return failure(TIMED_OUT, syscall, { ...this.#target, timeout })
  }
}

/** Waits for the end of a lookup, and takes what it found. */
async function ended<Found>(
  pending: PendingLookup<Found>,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<Found> {
  const { lookup, syscall, target } = pending
  const waitable = new LookupEnd(native.lookupFd(lookup), target)
  const verb: Verb<Waitable, Lookup, void> = {
    syscall,
    reads: true,
    attempt: () => (native.lookupWait(lookup, 0) === -errno.EAGAIN ? undefined : true),
  }
  try {
    await perform(waitable, verb, lookup, 0, limit, signal)
  } catch (error) {
    waitable.registration.ends(false)
    native.lookupCancel(lookup)
    throw error
  }
  waitable.registration.ends(false)
  return finishLookup(pending, 0, FOREVER)
}

/**
 * `resolve`, awaited.
 * @throws as `resolve`, and AbortError
 * @example
 * const [first] = await resolveAsync('localhost', 80, { signal: AbortSignal.timeout(1000) })
 */
export async function resolveAsync(
  host: string | null,
  port: number | string | null = null,
  options: ResolveOptions & AsyncOptions = {},
): Promise<ResolvedAddress[]> {
  checkOptionNames(options, RESOLVE_ASYNC_OPTIONS)
  const limit = effectiveTimeout(options, FOREVER, 'getaddrinfo')
  const signal = signalOf(options)
  return ended(startResolve(host, port, options, false), limit, signal)
}

/**
 * The address, with a numeric host: that of a name is looked up.
 * @throws TypeError `ERR_NAME_NOT_NUMERIC` for a name where no time is left to look it up
 * @internal
 */
export async function numericAddress(
  address: AddressInput,
  family: Family,
  deadline: Deadline,
  options: AsyncOptions | undefined,
): Promise<AddressInput> {
  const name = encodeAddress(address, family)
  if (name === null) return address
  const { host, port } = name
  const { timeout } = deadline
  if (timeout === 0 && !isNumeric(host))
    throw misuse(TypeError, 'ERR_NAME_NOT_NUMERIC', `address.host must be numeric: '${host}'`)
  const { signal } = checkedOptions(options)
  const how = { family, type: SOCK_STREAM, timeout, ...(signal === undefined ? {} : { signal }) }
  const [first] = await resolveAsync(host, port, how)
  return first!.address as Address & AddressInput
}
