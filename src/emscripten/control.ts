// ioctl(2), fcntl(2), dup(2), and what WASI's fd_fdstat_get reports of a socket.

import { native } from '../native/addon.js'
import { MSG_DONTWAIT, MSG_PEEK, MSG_TRUNC, SOCK_STREAM, SOL_SOCKET } from '../native/generated/constants.js'
import { ifIndexToName, ifNameToIndex } from '../resolve/names.js'
import { CallFailure } from './failure.js'
import { MAX_DESCRIPTORS, type ProgramSocket } from './file-system.js'
import { unsigned } from './memory.js'
import { type Call, type Program, succeeded } from './program.js'

// The numbers are Linux's in musl.
const FIONREAD = 0x541b
const FIONBIO = 0x5421
const FIONCLEX = 0x5450
const FIOCLEX = 0x5451
const SIOCGIFNAME = 0x8910
const SIOCGIFINDEX = 0x8933
const F_DUPFD = 0
const F_GETFD = 1
const F_SETFD = 2
const F_GETFL = 3
const F_SETFL = 4
const F_DUPFD_CLOEXEC = 1030
const FD_CLOEXEC = 1
const O_RDWR = 0o2
const O_NONBLOCK = 0o4000
const O_CLOEXEC = 0o2000000

/** The interface's name at the beginning of struct ifreq, and its index after that. */
const INTERFACE_NAME_BYTES = 16
const INT_BYTES = 4

/** SO_RCVBUF of socket(7). */
const SO_RCVBUF = 8

// WASI's numbers: __wasi_filetype_t, __wasi_fdflags_t, and the rights that sockets have.
const FILETYPE_SOCKET_DGRAM = 5
const FILETYPE_SOCKET_STREAM = 6
const FDFLAGS_NONBLOCK = 4
const FDSTAT_BYTES = 24

/** The calls by the names under which a program imports them. */
export function controlCalls(program: Program): Record<string, Call> {
  const { memory, sockets } = program
  return {
    __syscall_ioctl(fd, request, args) {
      const socket = sockets.get(fd!)
      if (request === FIOCLEX || request === FIONCLEX) {
        sockets.setCloseOnExec(fd!, request === FIOCLEX)
        return 0
      }
      const pointer = memory.word(unsigned(args))
      if (request === FIONBIO) socket.nonBlocking = memory.int32(pointer) !== 0
      else if (request === FIONREAD) memory.setInt32(pointer, readableBytes(program, socket))
      else if (request === SIOCGIFINDEX) {
        memory.bytes(pointer, INTERFACE_NAME_BYTES + INT_BYTES)
        memory.setInt32(pointer + INTERFACE_NAME_BYTES, indexOf(memory.text(pointer)))
      } else if (request === SIOCGIFNAME) {
        const name = ifIndexToName(memory.int32(pointer + INTERFACE_NAME_BYTES))
        memory.writeText(pointer, INTERFACE_NAME_BYTES, name)
      } else throw new CallFailure('ENOTTY')
      return 0
    },

    __syscall_fcntl64(fd, command, args) {
      const socket = sockets.get(fd!)
      switch (command) {
        case F_GETFD:
          return sockets.closesOnExec(fd!) ? FD_CLOEXEC : 0
        case F_SETFD:
          sockets.setCloseOnExec(fd!, (memory.int32(unsigned(args)) & FD_CLOEXEC) !== 0)
          return 0
        case F_GETFL:
          return O_RDWR | (socket.nonBlocking ? O_NONBLOCK : 0)
        case F_SETFL:
          socket.nonBlocking = (memory.int32(unsigned(args)) & O_NONBLOCK) !== 0
          return 0
        case F_DUPFD:
        case F_DUPFD_CLOEXEC: {
          const minimum = memory.int32(unsigned(args))
          if (minimum < 0 || minimum >= MAX_DESCRIPTORS) throw new CallFailure('EINVAL')
          return sockets.duplicate(fd!, minimum, command === F_DUPFD_CLOEXEC)
        }
        default:
          throw new CallFailure('EINVAL')
      }
    },

    __syscall_dup(fd) {
      sockets.get(fd!)
      return sockets.duplicate(fd!, 0, false)
    },

    __syscall_dup3(fd, copy, flags) {
      sockets.get(fd!)
      if (fd === copy || (flags! & ~O_CLOEXEC) !== 0) throw new CallFailure('EINVAL')
      if (copy! < 0 || copy! >= MAX_DESCRIPTORS) throw new CallFailure('EBADF')
      sockets.close(copy!)
      return sockets.duplicate(fd!, copy!, flags === O_CLOEXEC)
    },

    fd_fdstat_get(fd, pointer) {
      const socket = sockets.get(fd!)
      const at = unsigned(pointer)
      const isStream = socket.descriptor.type === SOCK_STREAM
      memory.bytes(at, FDSTAT_BYTES).fill(0)
      memory.bytes(at, 1)[0] = isStream ? FILETYPE_SOCKET_STREAM : FILETYPE_SOCKET_DGRAM
      memory.setInt16(at + 2, socket.nonBlocking ? FDFLAGS_NONBLOCK : 0)
      return 0
    },
  }
}

function indexOf(name: string): number {
  try {
    return ifNameToIndex(name)
  } catch {
    throw new CallFailure('ENODEV')
  }
}

/**
 * FIONREAD: the bytes in the receive queue of a stream, or of the next datagram. Peeking finds them out: of a stream into
 * memory of the queue's size.
 */
function readableBytes(program: Program, { descriptor }: ProgramSocket): number {
  const fd = descriptor.open('recv')
  const isStream = descriptor.type === SOCK_STREAM
  const value = new Int32Array(1)
  if (isStream) succeeded(program, native.getOption(fd, SOL_SOCKET, SO_RCVBUF, new Uint8Array(value.buffer)))
  const view = new Uint8Array(isStream ? value[0]! : 1)
  const flags = MSG_PEEK | MSG_DONTWAIT | (isStream ? 0 : MSG_TRUNC)
  const count = native.recv(fd, view, flags, 0)
  // Nothing is there to read, or there is an error, which stays for the next receive where the kernel keeps it.
  return Math.max(0, count)
}
