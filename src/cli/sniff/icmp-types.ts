// The types of ICMP messages in words: RFC 792 and 1256, and for IPv6 RFC 4443, 4861 and 3810.

const TYPES_V4: Readonly<Record<number, string>> = {
  0: 'echo reply',
  3: 'destination unreachable',
  4: 'source quench',
  5: 'redirect',
  8: 'echo request',
  9: 'router advertisement',
  10: 'router solicitation',
  11: 'time exceeded',
  12: 'parameter problem',
  13: 'timestamp request',
  14: 'timestamp reply',
}

const TYPES_V6: Readonly<Record<number, string>> = {
  1: 'destination unreachable',
  2: 'packet too big',
  3: 'time exceeded',
  4: 'parameter problem',
  128: 'echo request',
  129: 'echo reply',
  130: 'listener query',
  131: 'listener report',
  132: 'listener done',
  133: 'router solicitation',
  134: 'router advertisement',
  135: 'neighbor solicitation',
  136: 'neighbor advertisement',
  137: 'redirect',
  143: 'listener report v2',
}

/** The type of a message in words, and of an error its code. */
export function icmpNote(isIpv6: boolean, message: Buffer): string {
  const [type, code] = message
  if (type === undefined || code === undefined) return 'cut off'
  const name = (isIpv6 ? TYPES_V6 : TYPES_V4)[type] ?? `type ${type}`
  return code === 0 ? name : `${name}, code ${code}`
}
