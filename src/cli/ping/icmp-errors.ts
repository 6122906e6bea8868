// The errors of ICMP in words, those of iputils' ping(8). Types and codes are those of RFC 792, RFC 1812 and RFC 4443.

import { errno, errnoMessage, type QueuedError } from '../../index.js'

const UNREACHABLE_V4: readonly string[] = [
  'Destination Net Unreachable',
  'Destination Host Unreachable',
  'Destination Protocol Unreachable',
  'Destination Port Unreachable',
  'Frag needed and DF set',
  'Source Route Failed',
  'Destination Net Unknown',
  'Destination Host Unknown',
  'Source Host Isolated',
  'Destination Net Prohibited',
  'Destination Host Prohibited',
  'Destination Net Unreachable for Type of Service',
  'Destination Host Unreachable for Type of Service',
  'Packet filtered',
  'Precedence Violation',
  'Precedence Cutoff',
]

const UNREACHABLE_V6: readonly string[] = [
  'No route',
  'Administratively prohibited',
  'Beyond scope of source address',
  'Address unreachable',
  'Port unreachable',
  'Source address failed ingress/egress policy',
  'Reject route to destination',
]

function icmpText({ type, code, info }: QueuedError): string {
  if (type === 3) {
    const text = UNREACHABLE_V4[code] ?? `Dest Unreachable, Bad Code: ${code}`
    return code === 4 ? `${text} (mtu = ${info})` : text
  }
  if (type === 11) return code === 0 ? 'Time to live exceeded' : 'Frag reassembly time exceeded'
  return type === 12 ? 'Parameter problem' : `ICMP type ${type}, code ${code}`
}

function icmp6Text({ type, code, info }: QueuedError): string {
  if (type === 1) return `Destination unreachable: ${UNREACHABLE_V6[code] ?? `Unknown code ${code}`}`
  if (type === 2) return `Packet too big: mtu=${info}`
  if (type === 3) return `Time exceeded: ${code === 0 ? 'Hop limit' : 'Defragmentation failure'}`
  return type === 4 ? 'Parameter problem' : `ICMPv6 type ${type}, code ${code}`
}

/** An error in words. */
export function errorText(error: QueuedError): string {
  if (error.origin === 'icmp') return icmpText(error)
  if (error.origin === 'icmp6') return icmp6Text(error)
  return error.errno === errno.EMSGSIZE ? `message too long, mtu=${error.info}` : errnoMessage(error.errno)
}
