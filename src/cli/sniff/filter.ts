// The filter of `berkeley sniff`: a part of the language of pcap-filter(7), with the same meaning.

import { AF_INET, AF_INET6, inetPton } from '../../index.js'

/** The network protocols and ICMP, by their keywords. */
export type ProtocolName = 'ip' | 'ip6' | 'arp' | 'tcp' | 'udp' | 'icmp' | 'icmp6'

/** A condition of a filter. */
export type Term =
  | { readonly kind: 'protocol'; readonly name: ProtocolName }
  | { readonly kind: 'port'; readonly port: number }
  | { readonly kind: 'host4' | 'host6'; readonly address: Buffer }

/** A filter that is misspelt, or that no packet passes. */
export class FilterError extends Error {}

/** A kind of packet, of which a term accepts some: the network protocol, and the transport protocol. */
type PacketKind = `${'ip' | 'ip6'} ${'tcp' | 'udp' | 'sctp' | 'other'}` | 'ip icmp' | 'ip6 icmp6' | 'arp' | 'rarp'

const WITH_PORTS: readonly PacketKind[] = ['ip tcp', 'ip udp', 'ip sctp', 'ip6 tcp', 'ip6 udp', 'ip6 sctp']
const IPV4: readonly PacketKind[] = ['ip tcp', 'ip udp', 'ip sctp', 'ip icmp', 'ip other']
const IPV6: readonly PacketKind[] = ['ip6 tcp', 'ip6 udp', 'ip6 sctp', 'ip6 icmp6', 'ip6 other']

const KINDS: Readonly<Record<ProtocolName, readonly PacketKind[]>> = {
  ip: IPV4,
  ip6: IPV6,
  arp: ['arp'],
  tcp: ['ip tcp', 'ip6 tcp'],
  udp: ['ip udp', 'ip6 udp'],
  icmp: ['ip icmp'],
  icmp6: ['ip6 icmp6'],
}

/** The kinds of packets that a term accepts, which its other conditions may narrow. */
function kindsOf(term: Term): readonly PacketKind[] {
  if (term.kind === 'protocol') return KINDS[term.name]
  if (term.kind === 'port') return WITH_PORTS
  return term.kind === 'host4' ? [...IPV4, 'arp', 'rarp'] : IPV6
}

function isProtocol(word: string): word is ProtocolName {
  return Object.hasOwn(KINDS, word)
}

function parsePort(word: string | undefined): Term {
  const port = /^\d{1,5}$/.test(word ?? '') ? Number(word) : Number.NaN
  if (!(port <= 65535)) throw new FilterError(`expected a number from 0 to 65535 after "port", not ${shown(word)}`)
  return { kind: 'port', port }
}

function parseHost(word: string | undefined): Term {
  for (const [kind, family] of [
    ['host4', AF_INET],
    ['host6', AF_INET6],
  ] as const) {
    try {
      return { kind, address: inetPton(family, word ?? '') }
    } catch {
      // It may be an address of the other family.
    }
  }
  throw new FilterError(`expected an IPv4 or IPv6 address after "host", not ${shown(word)}`)
}

function shown(word: string | undefined): string {
  return word === undefined ? 'the end of the filter' : `"${word}"`
}

/** Takes the words of one term. */
function parseTerm(words: string[]): Term {
  const word = words.shift()
  if (word === 'port') return parsePort(words.shift())
  if (word === 'host') return parseHost(words.shift())
  if (word !== undefined && isProtocol(word)) return { kind: 'protocol', name: word }
  const expected = [...Object.keys(KINDS), 'port NUMBER or host ADDRESS'].join(', ')
  throw new FilterError(`expected ${expected} in the filter, not ${shown(word)}`)
}

/**
 * Parses a filter: terms joined by `and`. An empty one has no terms, and every packet passes it.
 * @param args the arguments of the command line, each of one or more words
 * @throws FilterError for other words, and for a filter that no packet can pass
 */
export function parseFilter(args: readonly string[]): Term[] {
  const words = args.join(' ').split(/\s+/).filter(Boolean)
  const terms: Term[] = []
  while (words.length > 0 || terms.length > 0) {
    terms.push(parseTerm(words))
    const next = words.shift()
    if (next === undefined) break
    if (next !== 'and') throw new FilterError(`expected "and" between the terms of the filter, not ${shown(next)}`)
  }
  checkPossible(terms)
  return terms
}

function checkPossible([first, ...rest]: readonly Term[]): void {
  if (first === undefined) return
  const possible = rest.reduce((kinds, term) => kinds.filter((kind) => kindsOf(term).includes(kind)), kindsOf(first))
  if (possible.length === 0) throw new FilterError('no packet passes the filter: its terms exclude each other')
}
