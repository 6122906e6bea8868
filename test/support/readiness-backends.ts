// The readiness backends of this system: the same tests on each of them, and backends that refuse to watch.

import { type TestContext, test } from 'node:test'
import { errno } from 'berkeley'
import type { ReadinessBackend } from '../../src/readiness/backend.js'
import { EpollBackend, hasEpoll } from '../../src/readiness/epoll.js'
import { PollBackend } from '../../src/readiness/poll.js'
import { Selector } from '../../src/selector/selector.js'

const makers: Readonly<Record<string, () => ReadinessBackend>> = {
  ...(hasEpoll ? { epoll: () => new EpollBackend() } : {}),
  poll: () => new PollBackend(),
}

/** The names of the backends, as BERKELEY_SELECTOR takes them. */
export const backends: readonly string[] = Object.keys(makers)

/** A selector with this backend. */
export function makeSelector<Data = undefined>(backend: string): Selector<Data> {
  return new Selector<Data>(makers[backend]!())
}

/** Runs a test once for each backend; its title ends with the backend's name. */
export function onEachBackend(
  title: string,
  run: (backend: string, context: TestContext) => void | Promise<void>,
): void {
  for (const backend of backends) test(`${title} (${backend})`, { timeout: 60_000 }, (context) => run(backend, context))
}

/**
 * Makes all backends of a kind refuse to watch further sockets until it is disposed of, as the kernel does beyond
 * fs.epoll.max_user_watches.
 */
export function refusing(backend: ReadinessBackend): Disposable {
  const { add, modify } = backend
  backend.add = backend.modify = () => -errno.ENOSPC
  return {
    [Symbol.dispose]() {
      Object.assign(backend, { add, modify })
    },
  }
}

/** The error of a wait that was refused so. */
export const refused = { name: 'SocketError', code: 'ENOSPC', errno: -errno.ENOSPC, syscall: 'epoll_ctl' }
