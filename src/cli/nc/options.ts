// The options of `berkeley nc`, and which of them contradict each other.

/** The options of the command line, by their long names. */
export interface NcOptions {
  readonly ipv4?: boolean
  readonly ipv6?: boolean
  readonly crlf?: boolean
  readonly detach?: boolean
  readonly keepListening?: boolean
  readonly listen?: boolean
  readonly halfClose?: boolean
  readonly numeric?: boolean
  readonly sourcePort?: number
  /** Milliseconds after the end of the input; negative for ever. */
  readonly quit?: number
  readonly source?: string
  readonly seqpacket?: boolean
  readonly unix?: boolean
  readonly udp?: boolean
  readonly verbose?: boolean
  /** Milliseconds that a connect may take, and that a connection may be idle. */
  readonly timeout?: number
  readonly scan?: boolean
}

type Rule = readonly [isBroken: (options: NcOptions) => boolean | undefined, message: string]

const RULES: readonly Rule[] = [
  [({ ipv4, ipv6 }) => ipv4 && ipv6, '-4 and -6 contradict each other'],
  [({ listen, scan }) => listen && scan, '-l and -z contradict each other'],
  [({ listen, keepListening }) => keepListening && !listen, '-k needs -l'],
  [({ unix, ipv4, ipv6 }) => unix && (ipv4 || ipv6), '-U and -4 or -6 contradict each other'],
  [({ unix, scan }) => unix && scan, '-U and -z contradict each other'],
  [({ unix, seqpacket }) => seqpacket && !unix, '--seqpacket needs -U'],
  [({ udp, seqpacket }) => seqpacket && udp, '--seqpacket and -u contradict each other'],
  [({ unix, sourcePort }) => unix && sourcePort !== undefined, '-U and -p contradict each other'],
  [
    ({ unix, udp, listen, source }) => unix && source !== undefined && (!udp || listen),
    '-s with -U needs -u, and no -l: it names the socket on which a client receives',
  ],
]

/** What is wrong with the command line; `undefined` where nothing is. */
export function findMisuse(words: readonly string[], options: NcOptions): string | undefined {
  const broken = RULES.find(([isBroken]) => isBroken(options))
  return broken === undefined ? countMisuse(words.length, options) : broken[1]
}

function countMisuse(count: number, { unix, listen, sourcePort }: NcOptions): string | undefined {
  if (unix) return count === 1 ? undefined : 'expected the path of a unix socket, and nothing else'
  if (!listen) return count < 2 ? 'expected a destination and a port' : undefined
  if (count === 0 && sourcePort === undefined) return 'expected a port to listen on'
  return count > 2 ? 'expected one address and one port to listen on' : undefined
}
