// What to do in place of an option that a function does not have. A program that was written for node:net, node:tls or
// fetch gives options that are set in another place here; its error says which place.

/** Names of options, and what the message says of each. */
export type Hints = Readonly<Record<string, string>>

/** Hints for names that another argument of the same function takes. */
export function belongIn(place: string, names: object): Hints {
  return Object.fromEntries(Object.keys(names).map((name) => [name, `it belongs in ${place}`]))
}

const onTheSocket = (option: string, value = 'true'): string => `call setOption(${option}, ${value}) on the socket`

const OF_TLS =
  'only TLS has it: connectTls, openTls and wrapTls; of servers serveBlocking({ tls }), or listenHttp with node:https'

const OURS_TO_CONNECT_FROM = 'what connects takes it as localAddress, with localPort'

/** Hints that hold for every function that lacks the name. */
const GENERAL_HINTS: Hints = {
  timeout: 'it belongs to calls that wait; setTimeout sets it for all calls of a socket',
  deadline: 'it belongs to calls that wait',
  signal: 'only awaited calls take it, those of an AsyncSocket for instance',
  encoding: 'bytes become text with String(bytes), or by a reader',
  noDelay: onTheSocket('TCP_NODELAY'),
  nodelay: onTheSocket('TCP_NODELAY'),
  keepAlive: onTheSocket('SO_KEEPALIVE'),
  keepalive: onTheSocket('SO_KEEPALIVE'),
  keepAliveInitialDelay: onTheSocket('TCP_KEEPIDLE', 'seconds'),
  broadcast: onTheSocket('SO_BROADCAST'),
  reuseAddr: 'createServer and serve set SO_REUSEADDR; on another socket call setOption(SO_REUSEADDR, true)',
  reuseAddress: 'createServer and serve set SO_REUSEADDR; on another socket call setOption(SO_REUSEADDR, true)',
  ipv6Only: 'a server is that unless { dualStack: true } is given; on another socket call setOption(IPV6_V6ONLY, true)',
  recvBufferSize: onTheSocket('SO_RCVBUF', 'bytes'),
  sendBufferSize: onTheSocket('SO_SNDBUF', 'bytes'),
  sourceAddress: OURS_TO_CONNECT_FROM,
  source_address: OURS_TO_CONNECT_FROM,
  ca: OF_TLS,
  cert: OF_TLS,
  key: OF_TLS,
  rejectUnauthorized: OF_TLS,
  servername: OF_TLS,
  tls: OF_TLS,
}

/** The hint for a name: the function's own, or a general one; `null` if there is none. */
export function hintFor(name: string, own: Hints): string | null {
  if (Object.hasOwn(own, name)) return own[name]!
  return Object.hasOwn(GENERAL_HINTS, name) ? GENERAL_HINTS[name]! : null
}
