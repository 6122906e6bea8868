// The connections that share handlers and options, whether a server accepted them or they were attached.

import { checkedTimeout, FOREVER, MAX_TIMER_MS } from '../core/deadline.js'
import { outOfRange } from '../core/validate.js'
import { type ProxyHeaderOptions, ProxyHeaderParser } from '../proxy-protocol/parser.js'
import { SharedMemory } from '../reactor/shared-memory.js'
import type { Descriptor } from '../socket/descriptor.js'
import { type BufferLimits, bufferLimitsOf } from './buffer-limits.js'
import { beginConnection, Connection, type Handlers, type Host, idleSince, timeOut } from './connection.js'
import { checkHandlers, type HandlerOptions } from './handler-options.js'

/** Idle time is measured in so many ticks: that many, and up to one more, pass before a connection is closed. */
const TICKS_OF_IDLE_TIME = 4

export class Connections<Slot> implements Host<Slot> {
  readonly handlers: Handlers<Slot>
  readonly allowHalfOpen: boolean
  readonly memory: SharedMemory | null
  readonly proxy: ProxyHeaderOptions | null
  readonly limits: BufferLimits
  readonly idleMs: number
  readonly open = new Set<Connection<Slot>>()
  tick = 0
  totalBufferedBytes = 0
  /** Called after a connection has ended. */
  onLeft: () => void
  readonly #tickMs: number
  #clock: NodeJS.Timeout | null = null

  constructor(handlers: Handlers<Slot>, options: HandlerOptions) {
    checkHandlers(handlers)
    const { reuseBuffer = false, allowHalfOpen = false, idleTimeout = null, proxyProtocol = false } = options
    const idleMs = checkedTimeout(idleTimeout, 'options.idleTimeout')
    if (idleMs === 0)
      throw outOfRange('options.idleTimeout must be more than 0 milliseconds', {
        argument: 'options.idleTimeout',
        value: 0,
      })
    this.handlers = handlers
    this.allowHalfOpen = allowHalfOpen
    this.limits = bufferLimitsOf(options)
    this.memory = reuseBuffer ? new SharedMemory() : null
    this.proxy = typeof proxyProtocol === 'object' ? proxyProtocol : proxyProtocol ? {} : null
    // Wrong options are reported now, and not by the first connection.
    if (this.proxy !== null) new ProxyHeaderParser(this.proxy)
    // A timer of the runtime's may fire a little early.
    this.idleMs = idleMs
    this.#tickMs = idleMs === FOREVER ? FOREVER : Math.min(Math.ceil(idleMs / TICKS_OF_IDLE_TIME) + 1, MAX_TIMER_MS)
    this.onLeft = () => this.stopClock()
  }

  /** Begins a connection: `received` is delivered first. */
  begin(descriptor: Descriptor, received: Buffer | null = null): Connection<Slot> {
    if (this.#tickMs !== FOREVER) this.#clock ??= setInterval(() => this.#closeIdle(), this.#tickMs).unref()
    descriptor.timeout = 0
    const connection = new Connection(descriptor, this)
    this.open.add(connection)
    beginConnection(connection, received)
    return connection
  }

  left(connection: Connection<Slot>): void {
    this.open.delete(connection)
    this.onLeft()
  }

  stopClock(): void {
    if (this.#clock !== null) clearInterval(this.#clock)
  }

  #closeIdle(): void {
    this.tick++
    for (const connection of this.open) {
      if (this.tick - idleSince(connection as Connection<never>) > TICKS_OF_IDLE_TIME)
        timeOut(connection as Connection<never>)
    }
  }
}
