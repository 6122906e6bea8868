// Families, types and protocols that a kernel may lack.

import {
  afName,
  type Family,
  type Protocol,
  type SocketSupport,
  type SocketType,
  socketSupport,
  sockTypeName,
} from 'berkeley'

const REASONS: Readonly<Record<SocketSupport, string | false>> = {
  available: false,
  denied: 'may not be opened by this process',
  missing: 'is not in this kernel',
}

/** Why such a socket cannot be opened here, as `skip` takes it; false where it can. */
export function socketMissing(family: Family, type: SocketType, protocol: Protocol = 0): string | false {
  const reason = REASONS[socketSupport(family, type, protocol)]
  return reason && `${afName(family)}, ${sockTypeName(type)}, protocol ${protocol} ${reason}`
}
