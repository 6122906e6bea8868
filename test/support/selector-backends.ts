// The same tests on every backend of Selector that this system has.

import { test } from 'node:test'
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

/** Runs a test once for each backend. */
export function onEachBackend(name: string, run: (backend: string) => void | Promise<void>): void {
  for (const backend of backends) test(`${backend}: ${name}`, { timeout: 60_000 }, () => run(backend))
}
