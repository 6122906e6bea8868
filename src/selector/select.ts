// Readiness of a few sockets in one call; Python's `select.select` and `select.poll`.

import { misuse } from '../core/errors.js'
import { checkObject } from '../core/validate.js'
import { PollBackend } from '../readiness/poll.js'
import { EVENT_ERROR, EVENT_HANGUP, EVENT_PRIORITY, EVENT_READ, EVENT_WRITE } from './registration.js'
import { type Selectable, Selector } from './selector.js'

/** Which sockets to wait for: `error` is what select(2) calls exceptional, that is urgent data. */
export interface SelectLists<Target extends Selectable = Selectable> {
  readonly read?: readonly Target[]
  readonly write?: readonly Target[]
  readonly error?: readonly Target[]
}

const LISTS = [
  ['read', EVENT_READ, EVENT_READ | EVENT_HANGUP | EVENT_ERROR],
  ['write', EVENT_WRITE, EVENT_WRITE | EVENT_ERROR],
  ['error', EVENT_PRIORITY, EVENT_PRIORITY],
] as const

/**
 * Waits until one of some sockets is ready; `select(2)`, without its limit of 1024 descriptors.
 * @param timeout milliseconds; without it, or with `null`, for ever; 0 only looks
 * @returns the same lists, of those that are ready: empty where the time ran out
 * @throws InterruptedError; SocketError `ERR_SOCKET_CLOSED`; TypeError, RangeError
 * @example
 * const { read } = select({ read: [a, b] }, 1000)
 */
export function select<Target extends Selectable>(
  lists: SelectLists<Target>,
  timeout: number | null = null,
): Required<SelectLists<Target>> {
  checkObject(lists, 'lists')
  const wanted = new Map<Target, number>()
  for (const [list, event] of LISTS) {
    for (const target of listOf(lists[list] ?? [], `lists.${list}`))
      wanted.set(target, (wanted.get(target) ?? 0) | event)
  }
  const came = new Map(waitFor(wanted, timeout).map(({ target, events }) => [target, events]))
  const ready = (list: 'read' | 'write' | 'error', events: number): Target[] =>
    (lists[list] ?? []).filter((target) => ((came.get(target) ?? 0) & events) !== 0)
  const [read, write, error] = LISTS.map(([list, , events]) => ready(list, events))
  return { read: read!, write: write!, error: error! }
}

/** A socket to wait for, and what for. */
export interface PollRequest<Target extends Selectable = Selectable> {
  readonly target: Target
  /** `EVENT_READ`, `EVENT_WRITE`, `EVENT_PRIORITY`, or'ed. */
  readonly events: number
}

/**
 * Waits until one of some sockets is ready; `poll(2)`.
 * @param timeout milliseconds; without it, or with `null`, for ever; 0 only looks
 * @returns those that are ready, and for what: none where the time ran out
 * @throws as `select`; TypeError `ERR_ALREADY_REGISTERED` for a socket that is listed twice
 * @example
 * for (const { target, events } of poll([{ target: socket, events: EVENT_READ }], 100)) console.log(target.fd, events)
 */
export function poll<Target extends Selectable>(
  requests: readonly PollRequest<Target>[],
  timeout: number | null = null,
): PollRequest<Target>[] {
  for (const request of listOf(requests, 'requests')) checkObject(request, 'requests[]')
  const wanted = new Map(requests.map(({ target, events }) => [target, events]))
  if (wanted.size < requests.length) throw misuse(TypeError, 'ERR_ALREADY_REGISTERED', 'a socket is listed twice')
  return waitFor(wanted, timeout)
}

function listOf<Item>(value: readonly Item[], name: string): readonly Item[] {
  if (Array.isArray(value)) return value
  throw misuse(TypeError, 'ERR_INVALID_ARG_TYPE', `${name} must be an array`)
}

function waitFor<Target extends Selectable>(
  wanted: ReadonlyMap<Target, number>,
  timeout: number | null,
): PollRequest<Target>[] {
  using selector = new Selector<{ target: Target }>(new PollBackend())
  for (const [target, events] of wanted) selector.register(target, events, { target })
  return selector.select(timeout).map(({ data: { target }, events }) => ({ target, events }))
}
