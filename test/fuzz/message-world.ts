// The sockets that hostile messages are sent over: a pair of each kind that has control messages of its own. Nothing is
// sent to another machine.

import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  IP_PKTINFO,
  IP_RECVERR,
  IP_RECVTOS,
  IP_RECVTTL,
  IPV6_RECVERR,
  IPV6_RECVHOPLIMIT,
  IPV6_RECVPKTINFO,
  SO_PASSCRED,
  SO_PASSPIDFD,
  SO_TIMESTAMPNS,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  Socket,
  type SocketType,
  UDP_GRO,
  type WritableOption,
} from 'berkeley'
import { readControl } from '../../src/messages/control.js'
import { ReceivedFd } from '../../src/messages/received-fd.js'
import { native } from '../../src/native/addon.js'
import { MSG_DONTWAIT, MSG_ERRQUEUE } from '../../src/native/generated/constants.js'

const MAX_OPENED = 4
const MAX_CONTROL_BYTES = 4096
const MAX_DRAINED = 2000

type Pair = readonly [Socket, Socket]

/** Two sockets of this machine that are connected to each other; `undefined` where there is no such family. */
function connected(family: typeof AF_INET | typeof AF_INET6, host: string): Pair | undefined {
  const pair = [new Socket(family, SOCK_DGRAM), new Socket(family, SOCK_DGRAM)] as const
  try {
    for (const socket of pair) socket.bind({ host, port: 0 })
    pair[0].connect(pair[1].getSockName())
    pair[1].connect(pair[0].getSockName())
    return pair
  } catch {
    for (const socket of pair) socket.close()
    return undefined
  }
}

const unix = (type: SocketType): Pair => Socket.pair(AF_UNIX, type)

/** How each pair is made, and the options that give its messages control messages. */
const KINDS: readonly (readonly [make: () => Pair | undefined, options: readonly WritableOption<boolean>[]])[] = [
  [() => unix(SOCK_STREAM), [SO_PASSCRED]],
  [() => unix(SOCK_DGRAM), [SO_TIMESTAMPNS]],
  [() => unix(SOCK_SEQPACKET), [SO_PASSCRED, SO_PASSPIDFD]],
  [() => connected(AF_INET, '127.0.0.1'), [IP_PKTINFO, IP_RECVTTL, IP_RECVTOS, IP_RECVERR, SO_TIMESTAMPNS, UDP_GRO]],
  [() => connected(AF_INET6, '::1'), [IPV6_RECVPKTINFO, IPV6_RECVHOPLIMIT, IPV6_RECVERR]],
]

function made([make, options]: (typeof KINDS)[number]): Pair | undefined {
  const pair = make()
  for (const socket of pair ?? []) {
    socket.setBlocking(false)
    for (const option of options) if (option.supported) socket.setOption(option, true)
  }
  return pair
}

/** The descriptors of a received message are closed. */
export function closeReceived(control: readonly object[]): void {
  for (const { value } of control as readonly { value?: unknown }[]) {
    if (value instanceof ReceivedFd) value.close()
    else if (Array.isArray(value)) for (const each of value) if (each instanceof ReceivedFd) each.close()
  }
}

const outcome = new Int32Array(2)
const outcomeBytes = new Uint8Array(outcome.buffer)

/** Closes the descriptors that the last recvMsg of the addon received. */
export function closeDescriptorsOf(controlBytes: number): void {
  if (controlBytes <= 0) return
  const control = Buffer.alloc(controlBytes)
  native.receivedControl(control)
  closeReceived(readControl(control))
}

/** The pairs, which stay open from run to run. At the beginning of each run all are open and empty. */
export class MessageWorld {
  readonly #pairs: (Pair | undefined)[] = KINDS.map(made)
  readonly #opened: Socket[] = []
  readonly #used = new Set<Socket>()

  /** All sockets. The peer of one has the index that differs in the lowest bit. */
  readonly sockets: Socket[] = []

  constructor() {
    this.#list()
  }

  /** Notes that a socket was sent to, or may have been. */
  used(socket: Socket): void {
    this.#used.add(socket)
    const index = this.sockets.indexOf(socket)
    if (index >= 0) this.#used.add(this.sockets[index ^ 1]!)
  }

  /** Makes a socket, which may get the number of one that was closed. */
  open(): void {
    if (this.#opened.length < MAX_OPENED) this.#opened.push(new Socket())
  }

  /** Empties the pairs, and makes those anew of which a call has closed or changed one. */
  settle(): void {
    for (const socket of this.#opened.splice(0)) socket.close()
    for (const [index, socket] of this.sockets.entries()) {
      // A stream whose peer is closed ends, and would be received from for ever.
      if (this.#used.has(socket) && !socket.closed && !this.sockets[index ^ 1]!.closed) drain(socket)
    }
    this.#used.clear()
    if (!this.sockets.some(({ closed }) => closed)) return
    for (const [index, pair] of this.#pairs.entries()) {
      if (pair?.some(({ closed }) => closed) !== true) continue
      for (const socket of pair) socket.close()
      this.#pairs[index] = made(KINDS[index]!)
    }
    this.#list()
  }

  close(): void {
    for (const socket of [...this.#opened.splice(0), ...this.sockets.splice(0)]) socket.close()
  }

  #list(): void {
    this.sockets.splice(0, this.sockets.length, ...this.#pairs.flatMap((pair) => [...(pair ?? [])]))
  }
}

/** Receives until there is nothing, from the error queue as well. An error that is reported once is followed by more. */
function drain(socket: Socket): void {
  const fd = socket.fd
  for (const flags of [MSG_DONTWAIT, MSG_DONTWAIT | MSG_ERRQUEUE]) {
    let errors = 0
    for (let left = MAX_DRAINED; left > 0 && errors < 2; left--) {
      const count = native.recvMsg(fd, 65536, MAX_CONTROL_BYTES, flags, 0, {}, outcomeBytes)
      if (count < 0) errors++
      else closeDescriptorsOf(outcome[1]!)
    }
  }
}
