// Names to addresses, awaited: the same lookups as resolve.ts has, with their end told by the reactor.

import { FOREVER } from '../core/deadline.js'
import { type Lookup, native } from '../native/addon.js'
import { errno } from '../native/errno.js'
import { ReactorEntry } from '../reactor/registration.js'
import { finishLookup, type PendingLookup } from '../resolve/lookup.js'
import { type ResolvedAddress, type ResolveOptions, startResolve } from '../resolve/resolve.js'
import { type AsyncOptions, AwaitedDescriptor, type Verb } from './pending-operation.js'

/** Whether a lookup has ended. */
function look(_: AwaitedDescriptor, lookup: Lookup): true | undefined {
  return native.lookupWait(lookup, 0) === -errno.EAGAIN ? undefined : true
}

/** Waits for the end of a lookup, and takes what was found. */
async function ended<Found>(question: PendingLookup<Found>, options: AsyncOptions): Promise<Found> {
  const { lookup, syscall } = question
  const entry = new ReactorEntry(native.lookupFd(lookup))
  const verb: Verb<AwaitedDescriptor, Lookup, AsyncOptions, void> = { syscall, reads: true, attempt: look }
  try {
    await new AwaitedDescriptor(entry).perform(verb, lookup, options, FOREVER)
  } catch (error) {
    entry.ends(false)
    native.lookupCancel(lookup)
    throw error
  }
  entry.ends(false)
  return finishLookup(question, 0)
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
  return ended(startResolve(host, port, options), options)
}
