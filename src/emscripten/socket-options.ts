// getsockopt(2) and setsockopt(2). Levels, names and values pass as they are: musl has the kernel's numbers. Three kinds
// differ: the pending error, which is an errno of the program's; timeouts, which berkeley's wait loop keeps, because every
// descriptor of berkeley's is non-blocking to the kernel; and options that would lead out of the program.

import { FOREVER } from '../core/deadline.js'
import { native } from '../native/addon.js'
import type { Level } from '../native/constant-kinds.js'
import { IPPROTO_IP, IPPROTO_IPV6, IPPROTO_TCP, SOL_SOCKET } from '../native/generated/constants.js'
import { setRawOption } from '../socket/options.js'
import { fromKernelErrno } from './errno-values.js'
import { CallFailure } from './failure.js'
import type { ProgramSocket } from './file-system.js'
import { type ProgramMemory, unsigned } from './memory.js'
import { type Call, type Program, succeeded } from './program.js'

const INT_BYTES = 4
const MAX_VALUE_BYTES = 65536

// The names of socket(7) and tcp(7) that are treated here. Those of timeouts have a second number for 64-bit times.
const SO_ERROR = 4
const RECEIVE_TIMEOUTS: readonly number[] = [20, 66]
const SEND_TIMEOUTS: readonly number[] = [21, 67]

/** Their values are pointers into the process, or descriptors of it, which are not the program's to name. */
const REFUSED: readonly (readonly [level: number, first: number, last: number])[] = [
  [SOL_SOCKET, 26, 26], // SO_ATTACH_FILTER
  [SOL_SOCKET, 50, 52], // SO_ATTACH_BPF, SO_ATTACH_REUSEPORT_CBPF, SO_ATTACH_REUSEPORT_EBPF
  [SOL_SOCKET, 76, 77], // SO_PASSPIDFD, SO_PEERPIDFD
  [IPPROTO_TCP, 35, 35], // TCP_ZEROCOPY_RECEIVE
  [IPPROTO_IP, 64, 0x7fffffff], // the tables of netfilter
  [IPPROTO_IPV6, 64, 65],
  [IPPROTO_IPV6, 68, 69],
]

function checkReachable(level: number, name: number): void {
  if (level < 0 || name < 0) throw new CallFailure('ENOPROTOOPT')
  const isRefused = REFUSED.some(([at, first, last]) => level === at && name >= first && name <= last)
  if (isRefused) throw new CallFailure('ENOPROTOOPT')
}

/** The calls by the names under which a program imports them. */
export function optionCalls(program: Program): Record<string, Call> {
  const { memory, sockets } = program
  return {
    __syscall_getsockopt(fd, level, name, pointer, lengthPointer) {
      const socket = sockets.get(fd!)
      checkReachable(level!, name!)
      const room = memory.int32(unsigned(lengthPointer))
      if (room < 0) throw new CallFailure('EINVAL')
      const value = optionValue(program, socket, level!, name!, Math.min(room, MAX_VALUE_BYTES))
      const written = value.subarray(0, room)
      memory.write(unsigned(pointer), written)
      memory.setInt32(unsigned(lengthPointer), written.length)
      return 0
    },

    __syscall_setsockopt(fd, level, name, pointer, length) {
      const socket = sockets.get(fd!)
      checkReachable(level!, name!)
      if (length! < 0) throw new CallFailure('EINVAL')
      if (level === SOL_SOCKET && setTimeouts(socket, name!, () => readTime(memory, unsigned(pointer), length!)))
        return 0
      const value = memory.copy(unsigned(pointer), Math.min(length!, MAX_VALUE_BYTES))
      setRawOption(socket.descriptor, level as Level, name!, value)
      return 0
    },
  }
}

function optionValue(program: Program, socket: ProgramSocket, level: number, name: number, room: number): Uint8Array {
  if (level === SOL_SOCKET) {
    if (RECEIVE_TIMEOUTS.includes(name)) return timeBytes(socket.receiveTimeout, name)
    if (SEND_TIMEOUTS.includes(name)) return timeBytes(socket.sendTimeout, name)
    if (name === SO_ERROR) return intBytes(fromKernelErrno(pendingError(program, socket)))
  }
  const value = new Uint8Array(room)
  const length = succeeded(program, native.getOption(socket.descriptor.open('getsockopt'), level, name, value))
  // The kernel reports the whole length of what it has cut off, of addresses say.
  return value.subarray(0, length)
}

function pendingError(program: Program, { descriptor }: ProgramSocket): number {
  const value = new Int32Array(1)
  const bytes = new Uint8Array(value.buffer)
  succeeded(program, native.getOption(descriptor.open('getsockopt'), SOL_SOCKET, SO_ERROR, bytes))
  return value[0]!
}

function intBytes(value: number): Uint8Array {
  return new Uint8Array(Int32Array.of(value).buffer)
}

/** Sets a timeout. @returns whether the option is one */
function setTimeouts(socket: ProgramSocket, name: number, read: () => number): boolean {
  if (RECEIVE_TIMEOUTS.includes(name)) socket.receiveTimeout = read()
  else if (SEND_TIMEOUTS.includes(name)) socket.sendTimeout = read()
  else return false
  return true
}

/** A struct timeval in milliseconds; zero is no timeout. Its members have 32 bits or 64. */
function readTime(memory: ProgramMemory, pointer: number, length: number): number {
  const isWide = length >= 16
  if (length < 8) throw new CallFailure('EINVAL')
  const seconds = isWide ? memory.int64(pointer) : memory.int32(pointer)
  const microseconds = isWide ? memory.int64(pointer + 8) : memory.int32(pointer + INT_BYTES)
  if (microseconds < 0 || microseconds >= 1_000_000) throw new CallFailure('EDOM')
  // As in socket(7): a negative time is taken for one that has passed.
  if (seconds < 0) return 0
  return seconds === 0 && microseconds === 0 ? FOREVER : seconds * 1000 + microseconds / 1000
}

function timeBytes(timeout: number, name: number): Uint8Array {
  const milliseconds = timeout === FOREVER ? 0 : timeout
  const seconds = Math.floor(milliseconds / 1000)
  const microseconds = Math.round((milliseconds % 1000) * 1000)
  const isWide = name > 21
  return new Uint8Array(
    isWide
      ? BigInt64Array.of(BigInt(seconds), BigInt(microseconds)).buffer
      : Int32Array.of(seconds, microseconds).buffer,
  )
}
