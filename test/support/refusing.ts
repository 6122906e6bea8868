// Sets of sockets that refuse to watch more, as where the system has no room for it: fs.epoll.max_user_watches.

import { errno } from 'berkeley'
import type { ReadinessBackend } from '../../src/readiness/backend.js'

/** Lets all backends of a kind refuse whatever they are asked to watch, until it is disposed of. */
export function refusing(backend: ReadinessBackend): Disposable {
  const { add, modify } = backend
  backend.add = backend.modify = () => -errno.ENOSPC
  return {
    [Symbol.dispose]() {
      Object.assign(backend, { add, modify })
    },
  }
}

/** What who waits is told then. */
export const refused = { name: 'SocketError', code: 'ENOSPC', errno: -errno.ENOSPC, syscall: 'epoll_ctl' }
