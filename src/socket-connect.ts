// Connecting, by address and by name, in every mode.
//
// A name must be looked up, and getaddrinfo(3) blocks: so a lookup runs in a native thread, which also calls connect(2)
// on a duplicate of the descriptor, and the connect starts even while JavaScript computes. Until the lookup has ended
// the socket is CONNECTING: transfers would block, or wait for it. From then on the kernel knows how the connect
// stands, and the address that was found takes the place of the name.

import { type Address, type AddressInput, checkHost, type HostInput, putAddress, takeAddress } from './addresses.js'
import { AF_UNIX, SOCK_STREAM } from './constants.js'
import { type ConnectMessage, connects, errors } from './diagnostics.js'
import { errno } from './errno.js'
import {
  type ErrorTarget,
  errorTarget,
  failure,
  misuse,
  type ResolveError,
  type SocketError,
  wouldBlock,
} from './errors.js'
import { FOREVER, Limit, limitOf, type WaitOptions } from './limits.js'
import { lookupFailure } from './lookup.js'
import { CLOSED_MEANWHILE, type Lookup, native, TIMED_OUT } from './native.js'
import { hostText, resolve } from './resolve.js'
import { CONNECTING, REHEARSING, SocketBase } from './socket-base.js'

/** What `admit` answers where the verb would have to wait, and may not. */
export const WOULD_BLOCK = -2

interface NameLookup {
  readonly lookup: Lookup
  readonly host: string
}

/** What is known of the connects of one object. */
interface Course {
  readonly looking: NameLookup | null
  /** What a name was found to be, while the kernel connects to it. */
  readonly found: Address | null
  /** Where the last connect that was left in progress goes: its failure comes later. */
  readonly target: ErrorTarget | null
  /** Whether one has been seen to succeed. */
  readonly connected: boolean
}

/** Of all that never connect, as accepted sockets: one for them all. */
const NOT_BEGUN: Course = { looking: null, found: null, target: null, connected: false }

/** The part of a socket that connects. Not exported by the package: see Socket. */
export abstract class ConnectingSocket extends SocketBase {
  private course = NOT_BEGUN

  /**
   * Connects to `address`, or chooses the peer of a datagram socket; `connect(2)`. A host that is a name is looked up
   * within the same time limit, and its first address of this socket's family is taken (createConnection tries all).
   * After a timeout or an interruption the connect goes on in the background: call again to wait on.
   * @throws WouldBlockError `EINPROGRESS`, then `EALREADY`, in non-blocking mode; SocketTimeoutError, InterruptedError;
   *   ResolveError; SocketError such as `ECONNREFUSED`, `ETIMEDOUT`, `EHOSTUNREACH`, `EISCONN`
   * @example
   * const socket = new Socket()
   * socket.connect({ host: 'localhost', port: 6379 }, { timeout: 2000 })
   */
  connect(address: AddressInput, options?: WaitOptions): void {
    const answer = this.advance(address, limitOf(options, this.mode))
    if (answer < 0) throw failure(answer, 'connect', errorTarget(address))
  }

  /**
   * Like `connect`, with the outcome as a number: 0, or a positive errno (`errnoName` names it); Python's `connect_ex`.
   * In non-blocking mode first `EINPROGRESS`, then `EALREADY` until it has ended. A time that ran out is `EAGAIN`.
   * @throws ResolveError for a name that does not resolve; SocketError `ERR_SOCKET_CLOSED`, `ERR_SOCKET_DETACHED`; TypeError,
   *   RangeError for misuse; nothing else
   * @example
   * socket.setBlocking(false)
   * const outcome = socket.connectEx({ host: '127.0.0.1', port: 80 })
   * if (outcome !== 0 && outcome !== errno.EINPROGRESS) console.error(errnoName(outcome))
   */
  connectEx(address: AddressInput): number {
    const { looking, found } = this.course
    const byName = looking !== null || found !== null
    const answer = this.advance(address, this.mode)
    if (answer === TIMED_OUT) return errno.EAGAIN
    if (answer === CLOSED_MEANWHILE) throw failure(answer, 'connect')
    // As the kernel answers who asks again after the end.
    return answer === 0 && byName && this.mode === 0 ? errno.EISCONN : -answer || 0
  }

  /**
   * Begins to connect, or looks how it stands, without waiting, in any mode.
   * @returns whether it is connected: `false` while in progress; call again to continue
   * @throws ResolveError; SocketError when the connect has failed
   * @example
   * while (!socket.tryConnect({ host: 'localhost', port: 80 })) doOtherWork()
   */
  tryConnect(address: AddressInput): boolean {
    return this.tryToConnect(address, this.course.connected || this.course.target !== null)
  }

  /** `tryConnect` of who asks no more once it has succeeded: to be connected already is `EISCONN`. @internal */
  goOnConnecting(address: AddressInput): boolean {
    return this.tryToConnect(address, this.course.target !== null)
  }

  private tryToConnect(address: AddressInput, began: boolean): boolean {
    const answer = this.advance(address, 0)
    if (answer === 0 || (answer === -errno.EISCONN && began)) return true
    // EAGAIN is a full backlog of a unix socket, which is worth another try; of others it says that no port is free.
    const hopeless = answer === -errno.EAGAIN && this.family !== AF_UNIX
    if (wouldBlock(answer) && !hopeless) return false
    throw failure(answer, 'connect', errorTarget(address))
  }

  /**
   * Dissolves the association with a peer; `connect(2)` with AF_UNSPEC. A datagram socket then receives from everybody
   * again; a TCP socket is reset and can connect anew.
   * @throws SocketError
   */
  disconnect(): void {
    const fd = this.open('connect')
    this.forgetConnect()
    const answer = native.disconnect(fd)
    if (answer < 0) throw failure(answer, 'connect')
  }

  /**
   * The pending error of the socket, once: how a non-blocking connect failed, the lookup of its name included, or what
   * befell a connection or a datagram since; SO_ERROR of `socket(7)`. `null`: there is none (or not yet).
   * @example
   * selector.select()
   * const error = socket.takeError()
   * if (error !== null) console.error(`not connected: ${error.code}`)
   */
  takeError(): SocketError | ResolveError | null {
    this.open('getsockopt')
    const { looking } = this.course
    if (looking !== null) {
      if (native.lookupWait(looking.lookup, 0) < 0) return null
      const outcome = this.endLookup()
      if (typeof outcome !== 'number') return outcome
      if (outcome < 0 && !wouldBlock(outcome)) return failure(outcome, 'connect', this.course.target ?? {})
    }
    const pending = this.pendingError()
    if (pending === 0) return null
    const { target } = this.course
    this.forgetConnect()
    return target === null ? failure(-pending, 'getsockopt') : failure(-pending, 'connect', target)
  }

  /** SO_ERROR. @internal */
  protected abstract pendingError(): number

  /** `proceed`, and what its end means: what befalls the socket from then on is no failure to connect. @internal */
  private advance(address: AddressInput, timeout: number): number {
    const answer = this.proceed(address, timeout)
    if (answer !== 0) {
      const isFailure = answer < 0 && !wouldBlock(answer) && answer !== TIMED_OUT
      if (isFailure && errors.hasSubscribers) this.reported(failure(answer, 'connect', errorTarget(address)))
      return answer
    }
    this.goOn({ target: null, connected: true })
    if (connects.hasSubscribers) connects.publish({ fd: this.handle, address } satisfies ConnectMessage)
    return 0
  }

  /** Goes on with what `connect` began, or begins: 0, or what the addon answered. */
  private proceed(address: AddressInput, timeout: number): number {
    this.open('connect')
    if (this.course.looking !== null) return this.waitForLookup(timeout)
    const goal = this.course.found ?? address
    if (!putAddress(goal, this.family)) return this.startLookup(address as HostInput, timeout)
    // A getter of the caller's may have closed it meanwhile.
    return this.noted(native.connect(this.open('connect'), this.shared, timeout), goal)
  }

  private startLookup(address: HostInput, timeout: number): number {
    const { host, port } = address
    checkHost(address, this.family)
    // The kernel would say so whatever the address is; a lookup would only keep the connection from being used.
    if (this.hasEnd && native.getPeerName(this.handle) === 0) return -errno.EISCONN
    // Only the address is wanted: getaddrinfo(3) knows no type and protocol but the commonest (MPTCP, raw ICMP, ...).
    const lookup = native.lookup(hostText(host), String(port), this.family, SOCK_STREAM, 0, 0, this.open('connect'))
    if (typeof lookup === 'number') return lookup
    this.goOn({ looking: { lookup, host }, target: errorTarget(address) })
    this.gate |= CONNECTING
    this.tellMoved()
    return timeout === 0 ? -errno.EINPROGRESS : this.waitForLookup(timeout)
  }

  private waitForLookup(timeout: number): number {
    const limit = new Limit(timeout)
    const waited = native.lookupWait(this.course.looking!.lookup, timeout)
    if (waited < 0) return waited === -errno.EAGAIN ? -errno.EALREADY : waited
    const outcome = this.endLookup()
    if (typeof outcome !== 'number') throw outcome
    if (outcome !== -errno.EINPROGRESS) return outcome
    const found = this.course.found!
    putAddress(found, this.family)
    return this.noted(native.connect(this.handle, this.shared, limit.left), found)
  }

  /** What the connect of an ended lookup's thread answered, or why the name did not resolve. */
  private endLookup(): number | ResolveError {
    const { lookup, host } = this.course.looking!
    this.goOn({ looking: null })
    this.gate &= ~CONNECTING
    try {
      const error = lookupFailure(lookup, 'getaddrinfo', host)
      if (error !== null) {
        this.goOn({ target: null })
        return error
      }
      const outcome = native.lookupConnected(lookup)
      native.lookupAddress(lookup, 0)
      this.goOn({ found: outcome === -errno.EINPROGRESS ? takeAddress() : null })
      return outcome
    } finally {
      this.tellMoved()
      native.lookupCancel(lookup)
    }
  }

  private noted(answer: number, address: AddressInput): number {
    if (this.watcher !== null) this.tellTried(answer, 'connect')
    const unfinished = wouldBlock(answer) || answer === TIMED_OUT || answer === -errno.EINTR
    if (unfinished) this.goOn({ target: errorTarget(address) })
    else if (this.course.found !== null) this.goOn({ found: null })
    return answer
  }

  /** Nothing of a connect in progress concerns this socket any more. */
  private forgetConnect(): void {
    const { looking } = this.course
    this.course = NOT_BEGUN
    if (looking === null) return
    this.gate &= ~CONNECTING
    this.tellMoved()
    native.lookupCancel(looking.lookup)
  }

  private goOn(news: Partial<Course>): void {
    this.course = { ...this.course, ...news }
  }

  private tellMoved(): void {
    this.watcher?.moved(this.watchedFd())
  }

  /** During a lookup that of the lookup, and then the socket's own. @internal */
  override watchedFd(): number {
    const { looking } = this.course
    return looking === null ? super.watchedFd() : native.lookupFd(looking.lookup)
  }

  /**
   * For who found the lookup's descriptor ready: whether it failed, which the next `tryConnect` or `takeError` tells.
   * Otherwise the socket's own descriptor is the one to watch from now on.
   * @internal
   */
  lookupHasFailed(): boolean {
    if (this.course.looking === null) return false
    const { lookup } = this.course.looking
    const connected = native.lookupError(lookup) === 0 ? native.lookupConnected(lookup) : -1
    if (connected !== 0 && connected !== -errno.EINPROGRESS) return true
    this.endLookup()
    return false
  }

  /** @internal */
  protected override takeOver(other: this): void {
    super.takeOver(other)
    // A lookup ends with the object that began it.
    if (other.course !== NOT_BEGUN) this.course = { ...other.course, looking: null }
  }

  /** @internal */
  protected override leave(why: number): void {
    super.leave(why)
    this.forgetConnect()
    this.gate = why
  }

  /**
   * Lets a verb pass that found `gate` set: after the end of a lookup, for which it waits if it may.
   * @returns the time that is left to the verb, or WOULD_BLOCK
   * @internal
   */
  protected admit(syscall: string, timeout: number): number {
    this.open(syscall)
    if (this.gate & REHEARSING) return WOULD_BLOCK
    const { looking } = this.course
    if (looking === null) return timeout
    const limit = new Limit(timeout)
    const waited = native.lookupWait(looking.lookup, timeout)
    if (waited === -errno.EAGAIN) return WOULD_BLOCK
    if (waited < 0) throw failure(waited, syscall)
    const outcome = this.endLookup()
    if (typeof outcome !== 'number') throw outcome
    if (outcome < 0 && !wouldBlock(outcome)) throw failure(outcome, 'connect', this.course.target ?? {})
    return limit.left
  }

  /**
   * Gives the addon an address for the next call, looking a name up if the verb may wait.
   * @returns the time that is left to the verb
   * @internal
   */
  protected place(address: AddressInput, timeout: number, flags = 0): number {
    if (putAddress(address, this.family)) return timeout
    const { host, port } = address as HostInput
    checkHost(address as HostInput, this.family)
    if (timeout === 0) {
      const message = `address.host must be numeric where nothing may wait: '${host}' has to be looked up`
      throw misuse(TypeError, 'ERR_NAME_NOT_NUMERIC', message)
    }
    const limit = new Limit(timeout)
    const { family } = this
    const [first] = resolve(host, port, {
      family,
      type: SOCK_STREAM,
      flags,
      timeout: timeout === FOREVER ? null : timeout,
    })
    putAddress(first!.address, family)
    return limit.left
  }
}
