// The calls of WASI preview 1 on sockets. Source: the witx files of WASI, preview1.

import { CallFailure } from '../emscripten/failure.js'
import { ProgramSocket } from '../emscripten/file-system.js'
import type { ProgramMemory } from '../emscripten/memory.js'
import { succeeded } from '../emscripten/program.js'
import { done, partsAt, readParts, receiveAt, writeParts } from '../emscripten/transfers.js'
import { native } from '../native/addon.js'
import {
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SOCK_STREAM,
} from '../native/generated/constants.js'
import { accept } from '../socket/opening.js'
import { receiveInto } from '../socket/receiving.js'
import type { DescriptorTable } from './descriptors.js'

/** What the calls share. */
export interface WasiProgram {
  readonly memory: ProgramMemory
  readonly descriptors: DescriptorTable
  readonly interrupted: (signal: number) => void
}

/** A call with its arguments as numbers. It returns 0, and throws what fails. */
export type WasiCall = (...args: number[]) => number

// Numbers of the witx files: riflags, roflags, sdflags, fdflags, filetype, rights, preopentype.
const RECV_PEEK = 1
const RECV_WAITALL = 2
const RECV_DATA_TRUNCATED = 1
const SHUTDOWN = new Map([
  [1, SHUT_RD],
  [2, SHUT_WR],
  [3, SHUT_RDWR],
])
const FDFLAGS_NONBLOCK = 4
const SETTABLE_FDFLAGS = FDFLAGS_NONBLOCK | 1
const FILETYPE_SOCKET_DGRAM = 5
const FILETYPE_SOCKET_STREAM = 6
// fd_read, fd_fdstat_set_flags, fd_write, fd_filestat_get, poll_fd_readwrite, sock_shutdown, sock_accept.
const SOCKET_RIGHTS = [1, 3, 6, 21, 27, 28, 29].reduce((rights, bit) => rights + 2 ** bit, 0)
/** A preopened descriptor of another kind than the one that is defined, 0 for directories: libcs pass over it. */
const PREOPENTYPE_SOCKET = 1

const FDSTAT_BYTES = 24
const FILESTAT_BYTES = 64

function fileTypeOf({ descriptor }: ProgramSocket): number {
  return descriptor.type === SOCK_STREAM ? FILETYPE_SOCKET_STREAM : FILETYPE_SOCKET_DGRAM
}

function setFlags(socket: ProgramSocket, flags: number): void {
  if ((flags & ~SETTABLE_FDFLAGS) !== 0) throw new CallFailure('EINVAL')
  socket.nonBlocking = (flags & FDFLAGS_NONBLOCK) !== 0
}

/** The calls whose descriptor is always a socket. */
export function socketCalls(program: WasiProgram): Record<string, WasiCall> {
  const { memory, descriptors } = program
  return {
    sock_accept(fd, flags, result) {
      const listener = descriptors.socket(fd!)
      memory.bytes(result!, 4)
      if ((flags! & ~SETTABLE_FDFLAGS) !== 0) throw new CallFailure('EINVAL')
      const accepted = accept(listener.descriptor, listener.receiveLimit)
      if (accepted === undefined) throw new CallFailure('EAGAIN')
      const socket = new ProgramSocket(accepted.closeWhenDropped(), (flags! & FDFLAGS_NONBLOCK) !== 0)
      memory.setInt32(result!, addOrClose(descriptors, socket))
      return 0
    },

    sock_recv(fd, pointer, count, flags, received, receivedFlags) {
      const socket = descriptors.socket(fd!)
      const parts = (): Uint8Array[] => partsAt(program, pointer!, count!)
      const wanted = (flags! & RECV_PEEK ? MSG_PEEK : 0) | (flags! & RECV_WAITALL ? MSG_WAITALL : 0)
      const { bytes, isTruncated } = receiveParts(program, socket, parts, wanted)
      memory.setInt32(received!, bytes)
      memory.setInt16(receivedFlags!, isTruncated ? RECV_DATA_TRUNCATED : 0)
      return 0
    },

    sock_send(fd, pointer, count, _flags, sent) {
      const socket = descriptors.socket(fd!)
      memory.setInt32(sent!, writeParts(socket, partsAt(program, pointer!, count!)))
      return 0
    },

    sock_shutdown(fd, how) {
      const { descriptor } = descriptors.socket(fd!)
      const direction = SHUTDOWN.get(how!)
      if (direction === undefined) throw new CallFailure('EINVAL')
      return succeeded(program, native.shutdown(descriptor.open('shutdown'), direction))
    },
  }
}

/** The calls on descriptors of any kind, where theirs is a socket. */
export function sharedCalls(program: WasiProgram): Record<string, WasiCall> {
  const { memory, descriptors } = program
  return {
    fd_read(fd, pointer, count, result) {
      const bytes = readParts(program, descriptors.socket(fd!), () => partsAt(program, pointer!, count!))
      memory.setInt32(result!, bytes)
      return 0
    },

    fd_write(fd, pointer, count, result) {
      memory.setInt32(result!, writeParts(descriptors.socket(fd!), partsAt(program, pointer!, count!)))
      return 0
    },

    fd_close(fd) {
      const { descriptor } = descriptors.socket(fd!)
      descriptors.remove(fd!)
      descriptor.close()
      return 0
    },

    fd_fdstat_get(fd, pointer) {
      const socket = descriptors.socket(fd!)
      const stat = memory.bytes(pointer!, FDSTAT_BYTES).fill(0)
      stat[0] = fileTypeOf(socket)
      memory.setInt16(pointer! + 2, socket.nonBlocking ? FDFLAGS_NONBLOCK : 0)
      memory.setInt64(pointer! + 8, SOCKET_RIGHTS)
      return 0
    },

    fd_fdstat_set_flags(fd, flags) {
      setFlags(descriptors.socket(fd!), flags!)
      return 0
    },

    fd_filestat_get(fd, pointer) {
      const socket = descriptors.socket(fd!)
      memory.bytes(pointer!, FILESTAT_BYTES).fill(0)[16] = fileTypeOf(socket)
      return 0
    },

    fd_prestat_get(fd, pointer) {
      descriptors.socket(fd!)
      memory.bytes(pointer!, 8).fill(0)[0] = PREOPENTYPE_SOCKET
      return 0
    },

    fd_seek: (fd) => notSeekable(descriptors, fd!),
    fd_tell: (fd) => notSeekable(descriptors, fd!),
    fd_pread: (fd) => notSeekable(descriptors, fd!),
    fd_pwrite: (fd) => notSeekable(descriptors, fd!),
  }
}

function notSeekable(descriptors: DescriptorTable, fd: number): never {
  descriptors.socket(fd)
  throw new CallFailure('ESPIPE')
}

function addOrClose(descriptors: DescriptorTable, socket: ProgramSocket): number {
  try {
    return descriptors.add({ socket })
  } catch (error) {
    socket.descriptor.close()
    throw error
  }
}

const outcome = new Int32Array(2)
const outcomeBytes = new Uint8Array(outcome.buffer)

interface ReceivedParts {
  readonly bytes: number
  readonly isTruncated: boolean
}

/** recvmsg(2) into one part or several. MSG_WAITALL is for the bytes of a stream in one part: the others take what is there. */
function receiveParts(
  program: WasiProgram,
  socket: ProgramSocket,
  take: () => readonly Uint8Array[],
  flags: number,
): ReceivedParts {
  const { descriptor, receiveLimit } = socket
  const isFilled = (part: Uint8Array): boolean => part.length > 0
  const [first, ...rest] = take().filter(isFilled)
  if (first === undefined && descriptor.type === SOCK_STREAM) return { bytes: 0, isTruncated: false }
  if (first !== undefined && rest.length === 0 && descriptor.type === SOCK_STREAM) {
    const memoryFrom = (received: number): Uint8Array => take().find(isFilled)!.subarray(received)
    const bytes = receiveAt(memoryFrom, flags, (view, anew) =>
      done(receiveInto(descriptor, view, flags, receiveLimit, anew)),
    )
    return { bytes, isTruncated: false }
  }
  const into = first === undefined ? [] : [first, ...rest]
  const fd = descriptor.open('recvmsg')
  const received = native.recvMsg(fd, into, 0, flags & ~MSG_WAITALL, receiveLimit, {}, outcomeBytes)
  return { bytes: succeeded(program, received), isTruncated: (outcome[0]! & MSG_TRUNC) !== 0 }
}
