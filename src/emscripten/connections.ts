// Making sockets, and what happens to a connection as a whole: bind, listen, accept, connect, shutdown, names.

import { encodeAddress } from '../addresses/families.js'
import { familyOfSockaddr, rawAddress, sockaddrOf, takeSockaddr } from '../addresses/sockaddr.js'
import { native, TIMED_OUT } from '../native/addon.js'
import type { Family, Protocol, SocketType } from '../native/constant-kinds.js'
import { AF_UNSPEC } from '../native/generated/constants.js'
import { connect, disconnect } from '../socket/connecting.js'
import { LISTENS } from '../socket/descriptor.js'
import { accept, openPair, openSocket } from '../socket/opening.js'
import { CallFailure } from './failure.js'
import { ProgramSocket } from './file-system.js'
import { unsigned } from './memory.js'
import { type Call, type Program, request, succeeded } from './program.js'
import { addressFor, readSockaddr, writeSockaddr } from './sockaddrs.js'

// Flags in the type of a socket. O_NONBLOCK and O_CLOEXEC have these values in the program's headers as well.
const SOCK_NONBLOCK = 0o4000
const SOCK_CLOEXEC = 0o2000000
const TYPE_FLAGS = SOCK_NONBLOCK | SOCK_CLOEXEC

/** Asks for a socket of these numbers. */
function requestSocket(
  program: Program,
  family: number,
  type: number,
  protocol: number,
): [Family, SocketType, Protocol] {
  const kind = type & ~TYPE_FLAGS
  if (family < 0 || kind < 0 || protocol < 0) throw new CallFailure('EINVAL')
  request(program, { operation: 'socket', family, type: kind, protocol })
  return [family as Family, kind as SocketType, protocol as Protocol]
}

/** The calls by the names under which a program imports them. */
export function connectionCalls(program: Program): Record<string, Call> {
  const { memory, sockets } = program
  return {
    __syscall_socket(family, type, protocol) {
      const descriptor = openSocket(...requestSocket(program, family!, type!, protocol!))
      return sockets.add(new ProgramSocket(descriptor, (type! & SOCK_NONBLOCK) !== 0), (type! & SOCK_CLOEXEC) !== 0)
    },

    __syscall_socketpair(family, type, protocol, pointer) {
      const kinds = requestSocket(program, family!, type!, protocol!)
      memory.bytes(unsigned(pointer), 8)
      const [first, second] = openPair(...kinds)
      const nonBlocking = (type! & SOCK_NONBLOCK) !== 0
      const closeOnExec = (type! & SOCK_CLOEXEC) !== 0
      const firstFd = addOrClose(program, new ProgramSocket(first, nonBlocking), second)
      const secondFd = addOrClose(program, new ProgramSocket(second, nonBlocking), first)
      for (const fd of [firstFd, secondFd]) sockets.setCloseOnExec(fd, closeOnExec)
      memory.setInt32(unsigned(pointer), firstFd)
      memory.setInt32(unsigned(pointer) + 4, secondFd)
      return 0
    },

    __syscall_bind(fd, pointer, length) {
      const { descriptor } = sockets.get(fd!)
      const sockaddr = readSockaddr(program, unsigned(pointer), length!)
      request(program, { operation: 'bind', address: addressFor(sockaddr) })
      encodeAddress(rawAddress(sockaddr), descriptor.family)
      return succeeded(program, native.bind(descriptor.open('bind')))
    },

    __syscall_listen(fd, backlog) {
      const { descriptor } = sockets.get(fd!)
      // A socket without an address gets one here, so this is the bind(2) that it has not made.
      const address = descriptor.sockName()
      const isUnbound = 'port' in address && address.port === 0
      if (isUnbound) request(program, { operation: 'bind', address })
      succeeded(program, native.listen(descriptor.open('listen'), backlog!))
      descriptor.traits |= LISTENS
      return 0
    },

    __syscall_accept4(fd, pointer, lengthPointer, flags) {
      const socket = sockets.get(fd!)
      if ((flags! & ~TYPE_FLAGS) !== 0) throw new CallFailure('EINVAL')
      const accepted = accept(socket.descriptor, socket.receiveLimit)
      if (accepted === undefined) throw new CallFailure('EAGAIN')
      accepted.closeWhenDropped()
      const nonBlocking = (flags! & SOCK_NONBLOCK) !== 0
      const number = sockets.add(new ProgramSocket(accepted, nonBlocking), (flags! & SOCK_CLOEXEC) !== 0)
      const { peer, family } = accepted
      const sockaddr = peer === null ? new Uint8Array(0) : sockaddrOf(peer, family)
      writeOrClose(program, number, () => writeSockaddr(program, unsigned(pointer), unsigned(lengthPointer), sockaddr))
      return number
    },

    __syscall_connect(fd, pointer, length) {
      const { descriptor, sendLimit } = sockets.get(fd!)
      const sockaddr = readSockaddr(program, unsigned(pointer), length!)
      if (familyOfSockaddr(sockaddr) === AF_UNSPEC) {
        disconnect(descriptor)
        return 0
      }
      request(program, { operation: 'connect', address: addressFor(sockaddr) })
      const result = connect(descriptor, rawAddress(sockaddr), sendLimit)
      // SO_SNDTIMEO: socket(7) has EINPROGRESS for a connect that it ends.
      if (result === TIMED_OUT) throw new CallFailure('EINPROGRESS')
      return succeeded(program, result)
    },

    __syscall_shutdown(fd, how) {
      const { descriptor } = sockets.get(fd!)
      return succeeded(program, native.shutdown(descriptor.open('shutdown'), how!))
    },

    __syscall_getsockname(fd, pointer, lengthPointer) {
      const { descriptor } = sockets.get(fd!)
      succeeded(program, native.getSockName(descriptor.open('getsockname')))
      writeSockaddr(program, unsigned(pointer), unsigned(lengthPointer), takeSockaddr())
      return 0
    },

    __syscall_getpeername(fd, pointer, lengthPointer) {
      const { descriptor } = sockets.get(fd!)
      succeeded(program, native.getPeerName(descriptor.open('getpeername')))
      writeSockaddr(program, unsigned(pointer), unsigned(lengthPointer), takeSockaddr())
      return 0
    },
  }
}

/** Adds one socket of a pair; without a number for it, neither stays open. */
function addOrClose({ sockets }: Program, socket: ProgramSocket, other: ProgramSocket['descriptor']): number {
  try {
    return sockets.add(socket)
  } catch (error) {
    other.close()
    throw error
  }
}

/** Closes what a call has opened where its result cannot be returned. */
function writeOrClose({ sockets, fs }: Program, fd: number, write: () => void): void {
  try {
    write()
  } catch (error) {
    fs().close(sockets.stream(fd)!)
    throw error
  }
}
