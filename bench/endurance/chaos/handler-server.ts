// Servers whose handlers close, reset, end, pause, throw and reject at any event.

import { type Connection, type HandlerOptions, type InetAddress, serve } from 'berkeley'
import { pick, type Random } from '../shared/random.js'
import { IDLE_MS, PlannedError, soon, type Tally } from './tally.js'

const MAX_BUFFERED_BYTES = 65_536
const EVENTS = ['open', 'data', 'data', 'drain', 'end', 'close', 'error'] as const
type EventName = (typeof EVENTS)[number]

interface State {
  /** The event at which it misbehaves, and how. */
  readonly at: EventName
  readonly act: Act
  hasEnded: boolean
  isClosed: boolean
}

type Act = (connection: Connection<State>, random: Random) => unknown

const acts: Readonly<Record<string, Act>> = {
  nothing: () => {},
  close: (connection) => connection.close(),
  reset: (connection) => connection.reset(),
  end: (connection) => connection.end('the end'),
  closeSoon: (connection, random) => soon(random, () => connection.close()),
  resetSoon: (connection, random) => soon(random, () => connection.reset()),
  endSoon: (connection, random) => soon(random, () => connection.end()),
  pauseForGood: (connection) => connection.pause(),
  pause(connection, random) {
    connection.pause()
    soon(random, () => connection.resume())
  },
  pauseAndClose(connection) {
    connection.pause()
    connection.close()
  },
  throw() {
    throw new PlannedError()
  },
  reject: () => Promise.reject(new PlannedError()),
  rejectSoon: (_, random) => new Promise((__, reject) => soon(random, () => reject(new PlannedError()))),
}

/** Starts a server. */
export function startHandlers(random: Random, tally: Tally, options: HandlerOptions): InetAddress {
  /** An event, which must be in its place, and what the connection does at it. */
  const on = (event: EventName, connection: Connection<State>): unknown => {
    const state = connection.data
    if (state === undefined || state.isClosed) {
      tally.fault(`${event} of a connection that is not open`)
      return undefined
    }
    if (event === 'data' && state.hasEnded) tally.fault('data after the end')
    if (event === 'end') state.hasEnded = true
    if (event === 'close') {
      state.isClosed = true
      tally.closed++
    }
    return state.at === event ? state.act(connection, random) : undefined
  }
  const address = { host: '127.0.0.1', port: 0 }
  const server = serve<State>(
    { ...address, idleTimeout: IDLE_MS, maxBufferedBytes: MAX_BUFFERED_BYTES, ...options },
    {
      open(connection) {
        tally.opened++
        const act = pick(random, Object.values(acts))
        connection.data = { at: pick(random, EVENTS), act, hasEnded: false, isClosed: false }
        return on('open', connection)
      },
      data(connection, bytes) {
        const result = on('data', connection)
        try {
          if (!connection.closed) connection.write(bytes)
        } catch (error) {
          tally.error(error)
        }
        return result
      },
      drain: (connection) => on('drain', connection),
      end(connection) {
        const result = on('end', connection)
        connection.end()
        return result
      },
      close: (connection) => on('close', connection),
      error(connection, error) {
        tally.error(error)
        // A handler that fails after its connection has closed is reported, too.
        if (connection === null || (connection.data!.isClosed && error instanceof PlannedError)) return undefined
        return on('error', connection)
      },
    },
  )
  return server.address as InetAddress
}
