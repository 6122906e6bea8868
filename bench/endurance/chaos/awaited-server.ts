// A server of awaits, whose loops close, reset, shut down, abort, throw and use verbs twice at any point.

import { type AsyncSocket, createServer, type InetAddress, SO_LINGER } from 'berkeley'
import { pick, type Random } from '../shared/random.js'
import { IDLE_MS, PlannedError, soon, type Tally } from './tally.js'

type Act = (socket: AsyncSocket, random: Random, controller: AbortController) => unknown

function reset(socket: AsyncSocket): void {
  if (socket.closed) return
  socket.setOption(SO_LINGER, 0)
  socket.close()
}

const acts: Readonly<Record<string, Act>> = {
  nothing: () => {},
  close: (socket) => socket.close(),
  reset,
  shutdown: (socket) => socket.shutdown('write'),
  closeSoon: (socket, random) => soon(random, () => socket.close()),
  resetSoon: (socket, random) => soon(random, () => reset(socket)),
  abortSoon: (_, random, controller) => soon(random, () => controller.abort()),
  pause: (_, random) => new Promise<void>((resolve) => soon(random, resolve)),
  stall: () => new Promise<void>((resolve) => setTimeout(resolve, IDLE_MS / 10)),
  block: (socket) => socket.toBlocking().close(),
  // What it takes is not echoed, so the connection ends here.
  tryAndClose(socket) {
    while (socket.tryRecv(1000));
    socket.close()
  },
  throw() {
    throw new PlannedError()
  },
}

// A connection that was given away, and one whose direction is in use.
const OWN_ERRORS = /^(ERR_SOCKET_DETACHED|ERR_SOCKET_BUSY)$/
const MAX_CHUNKS_BEFORE_ACT = 4

async function echo(socket: AsyncSocket, random: Random): Promise<void> {
  const controller = new AbortController()
  const act = pick(random, Object.values(acts))
  const options = { signal: controller.signal, timeout: IDLE_MS }
  for (let left = Math.floor(random() * MAX_CHUNKS_BEFORE_ACT); ; left--) {
    const receiving = socket.recv(16_384, options)
    // Where the act fails first, nothing else looks at it.
    receiving.catch(() => {})
    if (left === 0) await Promise.all([act(socket, random, controller), receiving])
    const chunk = await receiving
    if (chunk === null) return
    await socket.sendAll(chunk, options)
  }
}

/**
 * Serves a connection until its end.
 * @param others errors that it may end with besides those of a plain connection
 */
export async function serveOne(
  socket: AsyncSocket,
  random: Random,
  tally: Tally,
  others: RegExp = OWN_ERRORS,
): Promise<void> {
  tally.opened++
  try {
    await echo(socket, random)
  } catch (error) {
    if (!OWN_ERRORS.test((error as { code?: string }).code ?? '')) tally.error(error, others)
  } finally {
    socket.close()
    tally.closed++
  }
}

/** Starts a server that gives each connection to `handle`. */
export function startListener(handle: (socket: AsyncSocket) => unknown): InetAddress {
  const listener = createServer({ host: '127.0.0.1', port: 0 }).toAsync()
  const accept = async (): Promise<void> => {
    for await (const connection of listener.connections()) void handle(connection)
  }
  void accept()
  return listener.getSockName() as InetAddress
}

export function startAwaits(random: Random, tally: Tally): InetAddress {
  return startListener((socket) => serveOne(socket, random, tally))
}
