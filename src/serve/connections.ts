// The connections that share handlers and options, whether a server accepted them or they were attached.

import { FOREVER, MAX_TIMER_MS } from '../core/deadline.js'
import { type ProxyHeaderOptions, ProxyHeaderParser } from '../proxy-protocol/parser.js'
import { SharedMemory } from '../reactor/shared-memory.js'
import type { Descriptor } from '../socket/descriptor.js'
import { type BufferLimits, bufferLimitsOf } from './buffer-limits.js'
import { beginConnection, Connection, checkedIdle, type Handlers, type Host, idleEnd, timeOut } from './connection.js'
import { checkHandlers, type HandlerOptions } from './handler-options.js'

/** The clock of idle times ticks so often within the shortest of them. A connection is closed up to a tick late. */
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
  #tickMs = Number.POSITIVE_INFINITY
  #clock: NodeJS.Timeout | null = null

  constructor(handlers: Handlers<Slot>, options: HandlerOptions) {
    checkHandlers(handlers)
    const { reuseBuffer = false, allowHalfOpen = false, idleTimeout = null, proxyProtocol = false } = options
    this.idleMs = checkedIdle(idleTimeout, 'options.idleTimeout')
    this.handlers = handlers
    this.allowHalfOpen = allowHalfOpen
    this.limits = bufferLimitsOf(options)
    this.memory = reuseBuffer ? new SharedMemory() : null
    this.proxy = typeof proxyProtocol === 'object' ? proxyProtocol : proxyProtocol ? {} : null
    // Wrong options are reported now, and not by the first connection.
    if (this.proxy !== null) new ProxyHeaderParser(this.proxy)
    this.onLeft = () => this.stopClock()
  }

  /** Begins a connection: `received` is delivered first. */
  begin(descriptor: Descriptor, received: Buffer | null = null): Connection<Slot> {
    this.measureIdle(this.idleMs)
    descriptor.timeout = 0
    const connection = new Connection(descriptor, this)
    this.open.add(connection)
    beginConnection(connection, received)
    return connection
  }

  /** Has the clock tick often enough for an idle time. */
  measureIdle(idleMs: number): void {
    if (idleMs === FOREVER) return
    // A timer of the runtime's may fire a little early.
    const tickMs = Math.min(Math.ceil(idleMs / TICKS_OF_IDLE_TIME) + 1, MAX_TIMER_MS)
    if (tickMs >= this.#tickMs) return
    this.stopClock()
    this.#tickMs = tickMs
    this.#clock = setInterval(() => this.#closeIdle(), tickMs).unref()
  }

  left(connection: Connection<Slot>): void {
    this.open.delete(connection)
    this.onLeft()
  }

  stopClock(): void {
    if (this.#clock !== null) clearInterval(this.#clock)
  }

  #closeIdle(): void {
    // Not the time that has passed: after a halt of the process, what the peers sent meanwhile comes first.
    this.tick += this.#tickMs
    for (const connection of this.open) {
      const one = connection as Connection<never>
      // What has happened since the last tick was counted as of that tick.
      if (this.tick >= idleEnd(one) + this.#tickMs) timeOut(one)
    }
  }
}
