// Clients that misbehave. Each checks that what it gets is the beginning of what it has sent.

import { setTimeout as delay } from 'node:timers/promises'
import { type AsyncSocket, MSG_OOB, openConnection, openTls, SO_LINGER, TlsContext } from 'berkeley'
import { pick, type Random } from '../shared/random.js'
import type { Greeting } from './server.js'

type Behaviour = (socket: AsyncSocket, random: Random) => Promise<void>

const TIMEOUT_MS = 2000
const FLOOD_MS = 50
const STALL_MS = 20
const MAX_BYTES = 20_000
const FLOOD_BYTES = 1 << 20
/** The value of urgent bytes, and of bytes that servers insert. */
const FOREIGN = 255
/** What servers send last, perhaps. */
const TEXT = 'the end'

/** Bytes of which each position has a known value. */
const sequence = Buffer.from(Uint8Array.from({ length: FLOOD_BYTES }, (_, index) => index % 251))

function reset(socket: AsyncSocket): void {
  socket.setOption(SO_LINGER, 0)
}

const count = (random: Random): number => 1 + Math.floor(random() * MAX_BYTES)

/** Receives until the end, and checks each byte against the sequence. */
async function receiveAll(socket: AsyncSocket): Promise<void> {
  const chunks: Buffer[] = []
  try {
    for (;;) {
      const chunk = await socket.recv(65_536, { timeout: TIMEOUT_MS })
      if (chunk === null) break
      chunks.push(chunk)
    }
  } finally {
    checkEcho(Buffer.concat(chunks))
  }
}

function checkEcho(bytes: Buffer): void {
  const own = bytes.includes(FOREIGN) ? bytes.filter((byte) => byte !== FOREIGN) : bytes
  const isEnded = Buffer.from(own).subarray(-TEXT.length).equals(Buffer.from(TEXT))
  const echo = isEnded ? own.subarray(0, -TEXT.length) : own
  if (!sequence.subarray(0, echo.length).equals(echo)) throw new Error('the echo differs')
}

const behaviours: Readonly<Record<string, Behaviour>> = {
  async echo(socket, random) {
    await socket.sendAll(sequence.subarray(0, count(random)), { timeout: TIMEOUT_MS })
    await socket.shutdown('write')
    await receiveAll(socket)
  },
  async leave() {},
  async reset(socket) {
    reset(socket)
  },
  async sendAndReset(socket, random) {
    await socket.sendAll(sequence.subarray(0, count(random)), { timeout: TIMEOUT_MS })
    reset(socket)
  },
  async halfClose(socket) {
    await socket.shutdown('write')
    await receiveAll(socket)
  },
  async stall(socket, random) {
    await delay(random() * STALL_MS)
    await socket.sendAll('x', { timeout: TIMEOUT_MS })
    await delay(random() * STALL_MS)
  },
  async byteByByte(socket, random) {
    for (let at = 0; at < random() * 100; at++) await socket.sendAll(sequence.subarray(at, at + 1))
    await socket.shutdown('write')
    await receiveAll(socket)
  },
  async urgent(socket, random) {
    for (let at = 0; at < random() * 10; at++) {
      await socket.sendAll(sequence.subarray(at, at + 1))
      await socket.send(Buffer.of(FOREIGN), { flags: MSG_OOB })
    }
    await socket.shutdown('write')
    await receiveAll(socket)
  },
  async flood(socket) {
    const receiving = receiveAll(socket)
    const sending = socket.sendAll(sequence, { timeout: TIMEOUT_MS }).then(() => socket.shutdown('write'))
    await Promise.all([receiving, sending])
  },
  async neverRead(socket, random) {
    await socket.sendAll(sequence, { timeout: random() * FLOOD_MS })
    await delay(random() * STALL_MS)
  },
}

/** Over TLS there are no urgent bytes. */
const overTls = Object.entries(behaviours).filter(([name]) => name !== 'urgent')
/** What clients do that speak no TLS to a server that does: they look at no reply. */
const withoutTls = Object.entries(behaviours).filter(([name]) =>
  ['leave', 'reset', 'sendAndReset', 'stall'].includes(name),
)
const PLAIN_FRACTION = 1 / 8

/** Whether a server speaks TLS. */
export function speaksTls(server: string): boolean {
  return server.endsWith('TLS')
}

/** The ways in which a server or a limit ends a connection. */
const EXPECTED = /^(ECONNRESET|EPIPE|ENOTCONN|ERR_SOCKET_TIMEOUT|ERR_TLS_TRUNCATED|ERR_SSL_.*)$/

/** What became of connections: how often each outcome was. */
export type Outcomes = Record<string, number>

/** Makes connections to the ports in turn, so many at a time. The ports have the names of their servers. */
export async function runClients(
  { ports, ca }: Greeting,
  connections: number,
  concurrency: number,
  random: Random,
): Promise<Outcomes> {
  const outcomes: Outcomes = {}
  const servers = Object.entries(ports)
  const secureContext = ca === '' ? null : new TlsContext({ ca })
  let begun = 0
  const client = async (): Promise<void> => {
    while (begun < connections) {
      const outcome = await connectOnce(servers[begun++ % servers.length]!, secureContext, random)
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    }
  }
  await Promise.all(Array.from({ length: concurrency }, client))
  return outcomes
}

async function connectOnce(
  [server, port]: [string, number],
  secureContext: TlsContext | null,
  random: Random,
): Promise<string> {
  const isPlain = secureContext === null || !speaksTls(server) || random() < PLAIN_FRACTION
  const known = !speaksTls(server) ? Object.entries(behaviours) : isPlain ? withoutTls : overTls
  const [name, behaviour] = pick(random, known)
  const target = { host: '127.0.0.1', port }
  const timeout = 10 * TIMEOUT_MS
  try {
    await using socket = isPlain
      ? await openConnection(target, { timeout })
      : await openTls(target, { timeout, secureContext, servername: 'localhost' })
    await behaviour(socket, random)
    return 'as expected'
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return EXPECTED.test(code ?? '') ? 'as expected' : `${name} to ${server}: ${code} ${message}`
  }
}
