// `berkeley sniff`: prints the packets that a packet socket receives. Ctrl-C aborts the wait, and the summary follows.
//
//   filter.ts    the words of a filter; compile.ts, its program for the kernel
//   packet.ts    the headers of a packet; icmp-types.ts, messages of ICMP in words
//   report.ts    the output

import {
  AF_PACKET,
  AsyncSocket,
  cmsgSpace,
  controlValue,
  ETH_P_ALL,
  type FilterInstruction,
  ifIndexToName,
  ifNameToIndex,
  MSG_TRUNC,
  SO_ATTACH_FILTER,
  SO_RCVBUF,
  SO_TIMESTAMPNS,
  SOCK_DGRAM,
  SOL_PACKET,
  SocketError,
} from '../../index.js'
import { counted } from '../terminal/formatting.js'
import { printNote } from '../terminal/output.js'
import { SNAP_BYTES } from './compile.js'
import { decodePacket } from './packet.js'
import { jsonPrinter, type PacketPrinter, textPrinter } from './report.js'

export interface SniffOptions {
  /** The name of an interface; all unless given. */
  readonly interface?: string
  /** How many packets are printed; without end unless given. */
  readonly count?: number
  readonly hex?: boolean
  readonly json?: boolean
}

/** `PACKET_STATISTICS` of linux/if_packet.h: two numbers of 32 bits, the packets and those of them that were dropped. */
const PACKET_STATISTICS = 6
const STATISTICS_BYTES = 8

/** tcpdump's size: a burst waits in it while lines are printed. The kernel lowers it to net.core.rmem_max. */
const RECEIVE_BUFFER_BYTES = 2 * 2 ** 20

/** Room for the time of a packet: two words of 64 bits. */
const CONTROL_BYTES = cmsgSpace(16)

/**
 * Prints packets until there were enough, or until Ctrl-C; then the summary.
 * @throws SocketError where there is no such interface; Error where it is down or goes down, and without the privilege
 */
export async function runSniff(program: readonly FilterInstruction[], options: SniffOptions): Promise<void> {
  const { interface: device, count = Number.POSITIVE_INFINITY, hex = false, json = false } = options
  // All interfaces have the index 0.
  const index = device === undefined ? 0 : ifNameToIndex(device)
  const ending = new AbortController()
  const end = (): void => ending.abort()
  const socket = openSocket(program)
  process.on('SIGINT', end)
  const sniffer = new Sniffer(socket, json ? jsonPrinter(hex) : textPrinter(hex))
  try {
    socket.bind({ interface: index, protocol: ETH_P_ALL })
    printNote(`listening on ${device ?? 'all interfaces'}`)
    await sniffer.run(count, ending.signal)
  } catch (error) {
    if (!(error instanceof SocketError) || error.code !== 'ENETDOWN') throw error
    throw new Error(`the interface ${device} is down`, { cause: error })
  } finally {
    process.off('SIGINT', end)
    socket.close()
  }
}

/** Opens a socket that receives nothing before it is bound, so that no packet passes ahead of the filter. */
function openSocket(program: readonly FilterInstruction[]): AsyncSocket {
  let socket: AsyncSocket
  try {
    socket = new AsyncSocket(AF_PACKET, SOCK_DGRAM)
  } catch (error) {
    if (!(error instanceof SocketError) || error.code !== 'EPERM') throw error
    throw new Error('sniff needs CAP_NET_RAW: run it as root, or give the program that capability', { cause: error })
  }
  try {
    socket.setOption(SO_ATTACH_FILTER, program)
    socket.setOption(SO_RCVBUF, RECEIVE_BUFFER_BYTES)
    socket.setOption(SO_TIMESTAMPNS, true)
    return socket
  } catch (error) {
    socket.close()
    throw error
  }
}

class Sniffer {
  readonly #socket: AsyncSocket
  readonly #print: PacketPrinter
  readonly #memory = Buffer.alloc(SNAP_BYTES)
  readonly #names = new Map<number, string>()
  #printed = 0

  constructor(socket: AsyncSocket, print: PacketPrinter) {
    this.#socket = socket
    this.#print = print
  }

  async run(count: number, signal: AbortSignal): Promise<void> {
    try {
      while (this.#printed < count && !signal.aborted) await this.#receive(signal)
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      this.#printSummary()
    }
  }

  /** Receives one packet. With MSG_TRUNC the kernel returns its whole size. */
  async #receive(signal: AbortSignal): Promise<void> {
    const options = { signal, flags: MSG_TRUNC, controlBytes: CONTROL_BYTES }
    const { bytes: size, address, control } = await this.#socket.recvMsgInto(this.#memory, options)
    const time = controlValue(control, 'SCM_TIMESTAMPNS')
    if (time === undefined) throw new Error('the kernel has given a packet no time')
    if (address?.family !== 'packet') return
    const bytes = this.#memory.subarray(0, Math.min(size, SNAP_BYTES))
    const headers = decodePacket(address.protocol, bytes, size, address.hardwareAddress)
    this.#print({ time, interface: this.#nameOf(address.interface), headers, size, bytes })
    this.#printed++
  }

  /** The name of an interface, which may be gone since the packet was received. */
  #nameOf(index: number): string {
    let name = this.#names.get(index)
    if (name === undefined) {
      try {
        name = ifIndexToName(index)
      } catch {
        name = `if${index}`
      }
      this.#names.set(index, name)
    }
    return name
  }

  #printSummary(): void {
    const statistics = this.#socket.getRawOption(SOL_PACKET, PACKET_STATISTICS, STATISTICS_BYTES)
    const [passed, dropped] = new Uint32Array(Uint8Array.from(statistics).buffer)
    const counts = [`${counted(this.#printed, 'packet')} printed`, `${counted(passed!, 'packet')} passed the filter`]
    printNote(`${counts.join(', ')}, ${counted(dropped!, 'packet')} dropped by the kernel`)
  }
}
