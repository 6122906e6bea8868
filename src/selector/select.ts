// Readiness of a few sockets in one call: Python's `select.select` and `select.poll`.

import { misuse, SocketError } from '../core/errors.js'
import type { Hints } from '../core/option-hints.js'
import { checkNames, type Names } from '../core/option-names.js'
import { own } from '../core/own-options.js'
import { checkArray, checkObject, isArray, wrongType } from '../core/validate.js'
import { PollBackend } from '../readiness/poll.js'
import { EVENT_ERROR, EVENT_HANGUP, EVENT_INVALID, EVENT_PRIORITY, EVENT_READ, EVENT_WRITE } from './events.js'
import type { Selectable } from './registration.js'
import { Selector } from './selector.js'

/** The sockets to wait for. `error` is what select(2) calls an exceptional condition: urgent data. */
export interface SelectLists<Target extends Selectable = Selectable> {
  readonly read?: readonly Target[]
  readonly write?: readonly Target[]
  readonly error?: readonly Target[]
}

const LIST_NAMES: Names<SelectLists> = { read: true, write: true, error: true }

/** Refuses what is no object, and an array, which Python has in its place. */
function checkLiteral(value: object, argument: string, example: string): void {
  checkObject(value, argument, example)
  if (isArray(value)) throw wrongType(argument, `an object ${example}`, value)
}

/** Each list, the event it requests, and the events that make a socket of the list ready. */
const SELECT_LISTS = [
  ['read', EVENT_READ, EVENT_READ | EVENT_HANGUP | EVENT_ERROR],
  ['write', EVENT_WRITE, EVENT_WRITE | EVENT_ERROR],
  ['error', EVENT_PRIORITY, EVENT_PRIORITY],
] as const

/**
 * Waits until one of some sockets is ready; `select(2)`, without its limit of 1024 descriptors.
 * @param timeout milliseconds, fractions allowed. `null` waits for ever, and 0 does not wait
 * @returns the same lists of the sockets that are ready; empty lists if the time ran out
 * @throws InterruptedError `EINTR` if a signal with a listener or `interruptThread` ended the wait
 * @throws SocketError `ERR_SOCKET_CLOSED` for a closed socket
 * @throws SocketError `EBADF` for a number that is no open descriptor
 * @throws TypeError `ERR_INVALID_ARG_TYPE` for lists, targets or a timeout of another type
 * @throws RangeError `ERR_OUT_OF_RANGE` for a timeout below 0
 * @example
 * const { read } = select({ read: [a, b] }, 1000)
 * for (const socket of read) console.log(socket.tryRecv(4096))
 */
export function select<Target extends Selectable>(
  lists: SelectLists<Target>,
  timeout: number | null = null,
): Required<SelectLists<Target>> {
  checkLiteral(lists, 'lists', 'such as { read: [socket] }')
  checkNames(lists, 'lists', LIST_NAMES, (value) => value !== undefined, inSecond)
  const given = own(lists)
  const requested = requestedEvents(given)
  const reported = new Map(waitFor(requested, timeout, false).map(({ target, events }) => [target, events]))
  const ready = (list: 'read' | 'write' | 'error', events: number): Target[] =>
    (given[list] ?? []).filter((target) => ((reported.get(target) ?? 0) & events) !== 0)
  const [read, write, error] = SELECT_LISTS.map(([list, , events]) => ready(list, events))
  return { read: read!, write: write!, error: error! }
}

const inSecond = (): Hints => ({ timeout: 'pass the milliseconds as the second argument: select({ read }, 500)' })

/** The events to request for each socket, which may be in several lists. */
function requestedEvents<Target extends Selectable>(lists: SelectLists<Target>): Map<Target, number> {
  const requested = new Map<Target, number>()
  for (const [list, event] of SELECT_LISTS) {
    const targets = lists[list] ?? []
    checkArray(targets, `lists.${list}`)
    for (const target of targets) requested.set(target, (requested.get(target) ?? 0) | event)
  }
  return requested
}

/** A socket to wait for, and the events to wait for; of what `poll` returns, those that were reported. */
export interface PollRequest<Target extends Selectable = Selectable> {
  readonly target: Target
  /** `EVENT_READ`, `EVENT_WRITE`, `EVENT_PRIORITY`, `EVENT_READ_HANGUP`, or'ed; 0 for errors and hang-ups alone. */
  readonly events: number
}

/**
 * Waits until one of some sockets is ready; `poll(2)`. `EVENT_ERROR` and `EVENT_HANGUP` are reported whether requested or
 * not, and `EVENT_INVALID` for a number that is no open descriptor.
 * @param timeout milliseconds, fractions allowed. `null` waits for ever, and 0 does not wait
 * @returns the sockets that are ready, with the events that were reported; none if the time ran out
 * @throws InterruptedError `EINTR` if a signal with a listener or `interruptThread` ended the wait
 * @throws SocketError `ERR_SOCKET_CLOSED` for a closed socket
 * @throws TypeError `ERR_ALREADY_REGISTERED` for a socket that is listed twice
 * @throws TypeError `ERR_INVALID_ARG_TYPE` for requests, targets or a timeout of another type
 * @throws RangeError `ERR_OUT_OF_RANGE` for other events, or a timeout below 0
 * @example
 * for (const { target, events } of poll([{ target: socket, events: EVENT_READ }], 100)) console.log(target.fd, events)
 */
export function poll<Target extends Selectable>(
  requests: readonly PollRequest<Target>[],
  timeout: number | null = null,
): PollRequest<Target>[] {
  checkArray(requests, 'requests')
  const requested = new Map(requests.map(checkedRequest).map(({ target, events }) => [target, events]))
  if (requested.size < requests.length)
    throw misuse(TypeError, 'ERR_ALREADY_REGISTERED', 'requests list a socket twice')
  return waitFor(requested, timeout, true)
}

/** A missing target mostly means that a socket was passed in place of a request. */
function checkedRequest<Target extends Selectable>(request: PollRequest<Target>): PollRequest<Target> {
  const example = 'such as { target: socket, events: EVENT_READ }'
  checkLiteral(request, 'requests[]', example)
  const given = own(request)
  if (given.target === undefined) throw wrongType('requests[]', `an object ${example}`, request)
  return given
}

/** @param reportsInvalid whether a number that is no open descriptor is reported, and not an error */
function waitFor<Target extends Selectable>(
  requested: ReadonlyMap<Target, number>,
  timeout: number | null,
  reportsInvalid: boolean,
): PollRequest<Target>[] {
  using selector = new Selector<{ target: Target }>(new PollBackend())
  const invalid: PollRequest<Target>[] = []
  for (const [target, events] of requested) {
    try {
      selector.register(target, events, { target })
    } catch (error) {
      if (!reportsInvalid || !(error instanceof SocketError) || error.code !== 'EBADF') throw error
      invalid.push({ target, events: EVENT_INVALID })
    }
  }
  // Invalid targets are reported at once, as poll(2) does.
  const ready = selector.select(invalid.length > 0 ? 0 : timeout)
  return [...ready.map(({ data: { target }, events }) => ({ target, events })), ...invalid]
}
