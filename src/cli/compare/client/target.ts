// The target of the requests: its address family, the size of a receive, and the error of a timeout.

import { AF_INET, AF_INET6, type Family } from '../../../index.js'
import { endpointOf, type Workload } from '../workload/workload.js'

/** The size of a receive, the same in every mode. */
export const MAX_RECEIVE_BYTES = 65536

/** The target's address family. */
export function familyOf({ target }: Workload): Family {
  return target.host.includes(':') ? AF_INET6 : AF_INET
}

/** A reply, or a connection, that took longer than the workload's timeout. */
export class TargetTimeoutError extends Error {
  override readonly name = 'TargetTimeoutError'

  constructor({ target, timeoutMs }: Workload) {
    super(`${endpointOf(target)} did not reply within ${timeoutMs} ms`)
  }
}
