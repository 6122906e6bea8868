// The values of the options of a live connection.

import {
  type Address,
  AF_INET,
  AF_INET6,
  type AnyOption,
  afName,
  createConnection,
  type HostAddress,
  ipProtoName,
  type OptionRow,
  optionTable,
  type Protocol,
  type ReadableOption,
  resolve,
  SOCK_DGRAM,
  Socket,
  SocketError,
  sockTypeName,
  TCP_CLOSE,
  TCP_CLOSE_WAIT,
  TCP_CLOSING,
  TCP_ESTABLISHED,
  TCP_FIN_WAIT1,
  TCP_FIN_WAIT2,
  TCP_LAST_ACK,
  TCP_LISTEN,
  TCP_SYN_RECV,
  TCP_SYN_SENT,
  TCP_TIME_WAIT,
  type TcpInfo,
} from '../../index.js'

/** An option and its value, or the code of the error with which the kernel refuses it. */
export interface LiveOption {
  readonly row: OptionRow
  readonly value?: unknown
  readonly error?: string
}

/** Where to connect: a host and port, or the path of a unix socket. */
export interface LiveTarget {
  readonly host: string
  readonly port?: number
  readonly udp?: boolean
  readonly timeout: number
}

/**
 * Connects.
 * @throws SocketError, ResolveError
 */
export function openLive({ host, port, udp, timeout }: LiveTarget): Socket {
  if (port === undefined) return createConnection({ path: host }, { timeout })
  return udp ? connectedDatagrams(host, port, timeout) : createConnection({ host, port }, { timeout })
}

/** A UDP socket with the peer as its only one. */
function connectedDatagrams(host: string, port: number, timeout: number): Socket {
  const [first] = resolve(host, port, { type: SOCK_DGRAM, timeout })
  const address = first!.address as HostAddress
  const socket = new Socket(address.family === 'inet6' ? AF_INET6 : AF_INET, SOCK_DGRAM)
  socket.connect(address)
  return socket
}

const TYPES: ReadonlyMap<number, string> = new Map([[SOCK_DGRAM, 'dgram']])

/** Whether sockets of this kind have an option that can be read. */
function isReadable(row: AnyOption, family: Address['family'], type: string): row is ReadableOption<unknown> {
  if (row.access === 'write' || !row.supported) return false
  const families: readonly string[] = row.families
  const types: readonly string[] = row.types
  return (families.length === 0 || families.includes(family)) && (types.length === 0 || types.includes(type))
}

/** The values of all options that this socket has. */
export function readAll(socket: Socket): LiveOption[] {
  const { family } = socket.getSockName()
  const type = TYPES.get(socket.type) ?? 'stream'
  return optionTable
    .filter((row) => isReadable(row, family, type))
    .map((row) => ({ row, ...readOne(socket, row as ReadableOption<unknown>) }))
}

function readOne(socket: Socket, row: ReadableOption<unknown>): Omit<LiveOption, 'row'> {
  try {
    return { value: named(row.type, socket.getOption(row)) }
  } catch (error) {
    // Some values exist in a state alone, or for a privileged process: that is what the list then says.
    if (error instanceof SocketError) return { error: error.code }
    throw error
  }
}

const TCP_STATES = {
  TCP_ESTABLISHED,
  TCP_SYN_SENT,
  TCP_SYN_RECV,
  TCP_FIN_WAIT1,
  TCP_FIN_WAIT2,
  TCP_TIME_WAIT,
  TCP_CLOSE,
  TCP_CLOSE_WAIT,
  TCP_LAST_ACK,
  TCP_LISTEN,
  TCP_CLOSING,
}

/** The names of constants, by the type of the option. */
const NAMES: Readonly<Record<string, (value: number) => string>> = {
  Family: afName,
  SocketType: sockTypeName,
  Protocol: (value) => ipProtoName(value as Protocol),
}

/** The states of a connection by their numbers. */
const STATES = new Map<number, string>(Object.entries(TCP_STATES).map(([name, state]) => [state, name]))

function named(type: string, value: unknown): unknown {
  if (type !== 'TcpInfo') return NAMES[type]?.(value as number) ?? value
  const info = value as TcpInfo
  return { ...info, state: STATES.get(info.state) ?? info.state }
}
