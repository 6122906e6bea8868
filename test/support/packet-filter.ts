// Runs programs of classic BPF as the kernel does, for the instructions that `berkeley sniff` compiles to.
import type { FilterInstruction } from 'berkeley'

/** A packet as a packet socket of type SOCK_DGRAM has it. */
export interface FilteredPacket {
  /** `ETH_P_IP`, ... */
  readonly etherType: number
  /** From the header of the network protocol on. */
  readonly bytes: Buffer
  /** `PACKET_HOST` unless given. */
  readonly packetType?: number
  /** That of Ethernet unless given. */
  readonly hardwareType?: number
}

const SKF_AD_OFF = 0xffff_f000
const ARPHRD_ETHER = 1

/** The value of an extension of linux/filter.h. */
function extension(offset: number, { etherType, packetType = 0, hardwareType = ARPHRD_ETHER }: FilteredPacket): number {
  const value = new Map([
    [0, etherType],
    [4, packetType],
    [28, hardwareType],
  ]).get(offset)
  if (value === undefined) throw new Error(`unknown extension ${offset}`)
  return value
}

/** Returns how many bytes of the packet pass; 0 for none, also where the program loads what the packet does not have. */
export function runFilter(program: readonly FilterInstruction[], packet: FilteredPacket): number {
  const { bytes } = packet
  let [accumulator, index] = [0, 0]
  const load = (offset: number, size: number): boolean => {
    if (offset >= SKF_AD_OFF) accumulator = extension(offset - SKF_AD_OFF, packet)
    else if (offset + size > bytes.length) return false
    else accumulator = bytes.readUIntBE(offset, size)
    return true
  }
  for (let counter = 0; ; counter++) {
    const [code, jt, jf, k] = program[counter]!
    if (code === 0x06) return k
    if (code === 0x15) counter += accumulator === k ? jt : jf
    else if (code === 0x45) counter += accumulator & k ? jt : jf
    else if (code === 0xb1) {
      if (k >= bytes.length) return 0
      index = (bytes[k]! & 0x0f) * 4
    } else {
      const size = { 48: 1, 40: 2, 32: 4, 72: 2 }[code]
      if (size === undefined) throw new Error(`unknown instruction ${code}`)
      if (!load(code === 0x48 ? index + k : k, size)) return 0
    }
  }
}
