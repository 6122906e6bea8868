// How far a socket's connect has got.

import type { Address } from '../addresses/types.js'
import type { ErrorTarget } from '../core/errors.js'
import { type Lookup, native } from '../native/addon.js'

export type ConnectState =
  /** No connect was begun, or the last one failed. */
  | { readonly name: 'unconnected' }
  /** A native thread looks the host up, and will call connect(2) on a duplicate of the descriptor. */
  | { readonly name: 'looking-up'; readonly lookup: Lookup; readonly host: string; readonly target: ErrorTarget }
  /** The kernel connects. `found` is the address that a name was resolved to, which takes the name's place. */
  | { readonly name: 'in-progress'; readonly found: Address | null; readonly target: ErrorTarget }
  /** The thread of a lookup has connected the socket, which the next connect reports. */
  | { readonly name: 'established'; readonly target: ErrorTarget }
  /** A connect has been seen to succeed. */
  | { readonly name: 'connected' }

// One object each for all sockets: most of a server's sockets are accepted and never connect.
export const UNCONNECTED: ConnectState = { name: 'unconnected' }
export const CONNECTED: ConnectState = { name: 'connected' }

/** Where a connect goes that has not ended; what an error reports. */
export function targetOf(state: ConnectState): ErrorTarget | null {
  return 'target' in state ? state.target : null
}

/** Ends a lookup that is under way; nothing connects any more. */
export function cancelLookup(state: ConnectState): void {
  if (state.name === 'looking-up') native.lookupCancel(state.lookup)
}
