// The modes of the event loop: promises, and handlers. While either waits, the event loop does the other work.

import { AF_INET, AF_INET6, AsyncSocket, attach, type Connection, wrapTlsAsync } from '../../index.js'
import type { CallLog, CallResult } from './call-log.js'
import { interpretVoid, type Mode, type ModeRun, RECEIVE_BYTES } from './mode.js'

function socketFor({ target }: ModeRun): AsyncSocket {
  return new AsyncSocket(target.host.includes(':') ? AF_INET6 : AF_INET)
}

/** A connection, over TLS if the exchange is. */
async function connected(run: ModeRun): Promise<AsyncSocket> {
  const { log, target, tls } = run
  const socket = socketFor(run)
  const resolves = (): CallResult => ({ outcome: 'done', value: 'resolves' })
  try {
    await log.awaited('await connect', () => socket.connect(target), resolves)
    if (tls === undefined) return socket
    return await log.awaited('await wrapTlsAsync', () => wrapTlsAsync(socket, tls), resolves)
  } catch (error) {
    socket.close()
    throw error
  }
}

async function exchangeAwaited(run: ModeRun): Promise<void> {
  const { log, request } = run
  await using socket = await connected(run)
  await log.awaited(
    'await sendAll',
    () => socket.sendAll(request),
    () => ({ outcome: 'done', value: 'sends', bytes: request.length }),
  )
  for (;;) {
    const bytes = await log.awaited(
      `await recv(${RECEIVE_BYTES})`,
      () => socket.recv(RECEIVE_BYTES),
      (received) =>
        received === null
          ? { outcome: 'done', value: 'resolves to null (end)' }
          : { outcome: 'done', value: 'resolves to', bytes: received.length },
    )
    if (bytes === null) break
    run.receive(bytes)
  }
  log.call('close', () => socket.close(), interpretVoid)
}

async function exchangeByHandlers(run: ModeRun): Promise<void> {
  const { log, request } = run
  await using socket = await connected(run)
  const connection = log.call('attach', () => attachWith(log, run, socket), interpretVoid) as Attached
  log.call(
    'write',
    () => connection.self.write(request),
    () => ({ outcome: 'done', value: 'takes', bytes: request.length }),
  )
  await connection.closed
}

interface Attached {
  readonly self: Connection
  readonly closed: Promise<void>
}

/** Gives the socket to handlers. The promise settles when the connection has closed. */
function attachWith(log: CallLog, { receive }: ModeRun, socket: AsyncSocket): Attached {
  const { promise: closed, resolve, reject } = withResolvers()
  const self = attach(socket, {
    data: (_, bytes) => {
      log.call(
        'data',
        () => receive(bytes),
        () => ({ outcome: 'done', value: 'called with', bytes: bytes.length }),
      )
    },
    end: () => {
      log.call('end', () => {}, isCalled)
    },
    error: () => {},
    close: (_, error) => {
      log.call('close', () => (error === null ? resolve() : reject(error)), isCalled)
    },
  })
  return { self, closed }
}

const isCalled = (): ReturnType<typeof interpretVoid> => ({ outcome: 'done', value: 'called' })

/** `Promise.withResolvers`, which Node 20 lacks. */
function withResolvers(): { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } {
  let resolve!: () => void
  let reject!: (error: Error) => void
  const promise = new Promise<void>((...functions) => {
    ;[resolve, reject] = functions
  })
  return { promise, resolve, reject }
}

function mode(name: string, explanation: string, exchange: (run: ModeRun) => Promise<void>): Mode {
  return {
    name,
    explanation,
    async makeExchange(run) {
      const stopWork = run.work.inEventLoop()
      try {
        await exchange(run)
      } finally {
        stopWork()
      }
    },
  }
}

export const eventLoopModes: readonly Mode[] = [
  mode('await', 'a call returns a promise; the event loop goes on meanwhile', exchangeAwaited),
  mode('handlers', 'functions are called when there is something to do', exchangeByHandlers),
]
