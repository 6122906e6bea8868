// Compiles a filter to a program of classic BPF, which the kernel runs on each packet: Documentation/networking/filter.rst.
//
// A packet socket of type SOCK_DGRAM runs it from the header of the network protocol on, whatever the device is. The
// protocol is then no byte of the packet: it is loaded from the extension that linux/filter.h names SKF_AD_PROTOCOL.
//
// Each term is a block that ends in `ret #0` and is left for the next block where the packet matches. Jumps stay inside
// of a block, because the distance of a conditional one has 8 bits.

import { ETH_P_ARP, ETH_P_IP, ETH_P_IPV6, type FilterInstruction, PACKET_OUTGOING } from '../../index.js'
import { FilterError, type ProtocolName, type Term } from './filter.js'

/** The longest packet that is received whole. The kernel cuts a longer one. */
export const SNAP_BYTES = 262_144

/**
 * The kernel takes 4096 (`BPF_MAXINSNS`), but also charges the program, in the longer form that it runs, to the memory of
 * the socket: net.core.optmem_max, 20 KiB before Linux 6.8.
 */
const MAX_INSTRUCTIONS = 512

const LOAD_BYTE = 0x30
const LOAD_HALF = 0x28
const LOAD_WORD = 0x20
/** Loads the half word at X and an offset. */
const LOAD_HALF_INDEXED = 0x48
/** Loads the length of the header of IPv4 at an offset into X. */
const LOAD_HEADER_LENGTH = 0xb1
const JUMP_EQUAL = 0x15
const JUMP_SET = 0x45
const RETURN = 0x06

/** Extensions of linux/filter.h, at `SKF_AD_OFF`. */
const SKF_AD_OFF = 0xffff_f000
const PACKET_PROTOCOL = SKF_AD_OFF
const PACKET_TYPE = SKF_AD_OFF + 4
const HARDWARE_TYPE = SKF_AD_OFF + 28

/** `ARPHRD_LOOPBACK` of linux/if_arp.h. */
const ARPHRD_LOOPBACK = 772

/** `ETH_P_RARP` of linux/if_ether.h. */
const ETH_P_RARP = 0x8035

const ICMP = 1
const TCP = 6
const UDP = 17
const IPV6_FRAGMENT = 44
const ICMPV6 = 58
const SCTP = 132

/** The offset of a fragment in the header of IPv4. Only the first has the header of the transport protocol. */
const FRAGMENT_OFFSET_MASK = 0x1fff

/** A place in a block: `match` and `drop` are its ends, other names are marks in it. */
type Label = string

type Step =
  | { readonly mark: Label }
  | { readonly code: number; readonly k: number; readonly jumps?: readonly [yes: Label, no: Label] }

/** Where a jump goes that is not taken. */
const NEXT: Label = 'next'

const load = (code: number, k: number): Step => ({ code, k })
const mark = (name: Label): Step => ({ mark: name })
const equal = (k: number, yes: Label, no: Label): Step => ({ code: JUMP_EQUAL, k: Number(k), jumps: [yes, no] })
const anySet = (k: number, yes: Label, no: Label): Step => ({ code: JUMP_SET, k, jumps: [yes, no] })

/** Resolves the labels of a block, and appends the `ret #0` of `drop`. */
function assemble(steps: readonly Step[]): FilterInstruction[] {
  const places = new Map<Label, number>()
  const instructions: Exclude<Step, { mark: Label }>[] = []
  for (const step of steps) {
    if ('mark' in step) places.set(step.mark, instructions.length)
    else instructions.push(step)
  }
  places.set('drop', instructions.length).set('match', instructions.length + 1)
  const distance = (label: Label, from: number): number => (label === NEXT ? 0 : places.get(label)! - from - 1)
  const program = instructions.map(({ code, k, jumps: [yes, no] = [NEXT, NEXT] }, index): FilterInstruction => {
    return [code, distance(yes, index), distance(no, index), k]
  })
  return [...program, [RETURN, 0, 0, 0]]
}

/** The loopback device passes each packet twice to a packet socket: as it is sent, and as it is received. */
const NO_LOOPBACK_COPY: readonly Step[] = [
  load(LOAD_HALF, PACKET_TYPE),
  equal(PACKET_OUTGOING, NEXT, 'match'),
  load(LOAD_HALF, HARDWARE_TYPE),
  equal(ARPHRD_LOOPBACK, 'drop', 'match'),
]

function networkIs(protocol: number): Step[] {
  return [load(LOAD_HALF, PACKET_PROTOCOL), equal(protocol, 'match', 'drop')]
}

/** The transport protocol, for IPv6 in the base header or behind a header of a fragment. */
const transportV4 = (protocol: number): Step[] => [load(LOAD_BYTE, 9), equal(protocol, 'match', 'drop')]
const transportV6 = (protocol: number): Step[] => [
  load(LOAD_BYTE, 6),
  equal(protocol, 'match', NEXT),
  equal(IPV6_FRAGMENT, NEXT, 'drop'),
  load(LOAD_BYTE, 40),
  equal(protocol, 'match', 'drop'),
]

/** One block for each version of IP. */
function byVersion(v4: readonly Step[], v6: readonly Step[]): Step[] {
  const choose = [load(LOAD_HALF, PACKET_PROTOCOL), equal(ETH_P_IP, 'v4', NEXT), equal(ETH_P_IPV6, 'v6', 'drop')]
  return [...choose, mark('v4'), ...v4, mark('v6'), ...v6]
}

const PROTOCOL_STEPS: Readonly<Record<ProtocolName, readonly Step[]>> = {
  ip: networkIs(ETH_P_IP),
  ip6: networkIs(ETH_P_IPV6),
  arp: networkIs(ETH_P_ARP),
  tcp: byVersion(transportV4(TCP), transportV6(TCP)),
  udp: byVersion(transportV4(UDP), transportV6(UDP)),
  icmp: [load(LOAD_HALF, PACKET_PROTOCOL), equal(ETH_P_IP, NEXT, 'drop'), ...transportV4(ICMP)],
  icmp6: [load(LOAD_HALF, PACKET_PROTOCOL), equal(ETH_P_IPV6, NEXT, 'drop'), ...transportV6(ICMPV6)],
}

/** Jumps to `found` if the protocol in the accumulator has ports, which all have at the same place. */
function hasPorts(found: Label): Step[] {
  return [equal(TCP, found, NEXT), equal(UDP, found, NEXT), equal(SCTP, found, 'drop')]
}

function portSteps(port: number): Step[] {
  const either = (code: number, offset: number): Step[] => [
    load(code, offset),
    equal(port, 'match', NEXT),
    load(code, offset + 2),
    equal(port, 'match', 'drop'),
  ]
  const fragment = [mark('ports4'), load(LOAD_HALF, 6), anySet(FRAGMENT_OFFSET_MASK, 'drop', NEXT)]
  const v4 = [load(LOAD_BYTE, 9), ...hasPorts('ports4'), ...fragment, load(LOAD_HEADER_LENGTH, 0)]
  const v6 = [load(LOAD_BYTE, 6), ...hasPorts('ports6'), mark('ports6')]
  return byVersion([...v4, ...either(LOAD_HALF_INDEXED, 0)], [...v6, ...either(LOAD_HALF, 40)])
}

function host4Steps(address: Buffer): Step[] {
  const word = address.readUInt32BE(0)
  const either = (source: number, destination: number): Step[] => [
    load(LOAD_WORD, source),
    equal(word, 'match', NEXT),
    load(LOAD_WORD, destination),
    equal(word, 'match', 'drop'),
  ]
  const choose = [load(LOAD_HALF, PACKET_PROTOCOL), equal(ETH_P_IP, 'ip', NEXT), equal(ETH_P_ARP, 'arp', NEXT)]
  return [...choose, equal(ETH_P_RARP, 'arp', 'drop'), mark('ip'), ...either(12, 16), mark('arp'), ...either(14, 24)]
}

function host6Steps(address: Buffer): Step[] {
  /** Compares four words; where one differs it goes on at `no`. */
  const same = (offset: number, no: Label): Step[] =>
    [0, 4, 8, 12].flatMap((at) => [
      load(LOAD_WORD, offset + at),
      equal(address.readUInt32BE(at), at === 12 ? 'match' : NEXT, no),
    ])
  const isIpv6 = [load(LOAD_HALF, PACKET_PROTOCOL), equal(ETH_P_IPV6, NEXT, 'drop')]
  return [...isIpv6, ...same(8, 'destination'), mark('destination'), ...same(24, 'drop')]
}

function stepsOf(term: Term): readonly Step[] {
  if (term.kind === 'protocol') return PROTOCOL_STEPS[term.name]
  if (term.kind === 'port') return portSteps(term.port)
  return term.kind === 'host4' ? host4Steps(term.address) : host6Steps(term.address)
}

/**
 * The program of a filter, for `SO_ATTACH_FILTER` of a packet socket of type SOCK_DGRAM.
 * @throws FilterError where it may be longer than the kernel takes
 */
export function compileFilter(terms: readonly Term[]): FilterInstruction[] {
  const blocks = [NO_LOOPBACK_COPY, ...terms.map(stepsOf)].flatMap(assemble)
  if (blocks.length >= MAX_INSTRUCTIONS) throw new FilterError('the filter has too many terms')
  return [...blocks, [RETURN, 0, 0, SNAP_BYTES]]
}
