// Receiving and sending bytes. The bytes go between the kernel and the program's memory without a copy where they are many.

import { encodeAddress } from '../addresses/families.js'
import { rawAddress, takeSockaddr } from '../addresses/sockaddr.js'
import { native } from '../native/addon.js'
import { MSG_PEEK } from '../native/generated/constants.js'
import { receiveInto } from '../socket/receiving.js'
import { send } from '../socket/sending.js'
import { CallFailure, isMemoryDetached } from './failure.js'
import type { ProgramSocket, SocketOperations } from './file-system.js'
import { unsigned } from './memory.js'
import { type Call, type Program, request, succeeded } from './program.js'
import { addressFor, readSockaddr, writeSockaddr } from './sockaddrs.js'

/** UIO_MAXIOV. */
const MAX_PARTS = 1024

/** A result that is not "would block". @throws CallFailure `EAGAIN` */
export function done(result: number | undefined): number {
  if (result === undefined) throw new CallFailure('EAGAIN')
  return result
}

/** The memory that an array of struct iovec names. @throws CallFailure `EINVAL`, `EFAULT` */
export function partsAt({ memory }: Pick<Program, 'memory'>, pointer: number, count: number): Uint8Array[] {
  if (count < 0 || count > MAX_PARTS) throw new CallFailure('EINVAL')
  const { pointerBytes } = memory
  const parts: Uint8Array[] = []
  for (let at = pointer; parts.length < count; at += 2 * pointerBytes) {
    parts.push(memory.bytes(memory.word(at), memory.word(at + pointerBytes)))
  }
  return parts
}

const isFilled = (part: Uint8Array): boolean => part.length > 0

/** One receive into a view of the program's memory; `anew` is the view again, where the memory grew during the wait. */
type Receive = (view: Uint8Array, anew: () => Uint8Array) => number

/**
 * Receives into the program's memory. Where it grew during the wait, the receive goes on behind the bytes that MSG_WAITALL
 * has received by then: growing keeps them.
 * @param memoryFrom the memory behind so many bytes
 */
export function receiveAt(memoryFrom: (received: number) => Uint8Array, flags: number, receive: Receive): number {
  let received = 0
  const anew = (): Uint8Array => memoryFrom(received)
  for (;;) {
    try {
      return received + receive(anew(), anew)
    } catch (error) {
      if (isMemoryDetached(error)) received += (flags & MSG_PEEK) === 0 ? native.transferred() : 0
      else if (received > 0) return received
      else throw error
    }
  }
}

// The flags and the number of control bytes of a received message, which reading has no use for.
const outcome = new Uint8Array(8)

/** readv(2). `take` takes the parts, and again where the memory grew during the wait. */
export function readParts(
  program: Pick<Program, 'interrupted'>,
  socket: ProgramSocket,
  take: () => Uint8Array[],
): number {
  const [first, ...rest] = take().filter(isFilled)
  if (first === undefined) return 0
  const anew = (): Uint8Array => take().find(isFilled)!
  if (rest.length === 0) return done(receiveInto(socket.descriptor, first, 0, socket.receiveLimit, anew))
  const fd = socket.descriptor.open('recvmsg')
  return succeeded(program, native.recvMsg(fd, [first, ...rest], 0, 0, socket.receiveLimit, {}, outcome))
}

/** writev(2). */
export function writeParts(socket: ProgramSocket, parts: Uint8Array[]): number {
  const filled = parts.filter(isFilled)
  const data = filled.length === 1 ? filled[0]! : filled
  return done(send(socket.descriptor, filled.length === 0 ? new Uint8Array(0) : data, 0, socket.sendLimit))
}

/** The calls by the names under which a program imports them. */
export function transferCalls(program: Program): Record<string, Call> {
  const { memory, sockets } = program
  return {
    __syscall_recvfrom(fd, pointer, length, flags, address, addressLength) {
      const socket = sockets.get(fd!)
      const { descriptor } = socket
      const [at, size, limit] = [unsigned(pointer), unsigned(length), socket.receiveLimit]
      const memoryFrom = (received: number): Uint8Array => memory.bytes(at + received, size - received)
      if (address === 0 && size > 0) {
        return receiveAt(memoryFrom, flags!, (view, anew) => done(receiveInto(descriptor, view, flags!, limit, anew)))
      }
      const count = receiveAt(memoryFrom, flags!, (view) => {
        return succeeded(program, native.recvFrom(descriptor.open('recvfrom'), view, flags!, limit))
      })
      writeSockaddr(program, unsigned(address), unsigned(addressLength), takeSockaddr())
      return count
    },

    __syscall_sendto(fd, pointer, length, flags, address, addressLength) {
      const socket = sockets.get(fd!)
      const { descriptor } = socket
      const data = (): Uint8Array => memory.bytes(unsigned(pointer), unsigned(length))
      if (address === 0) return done(send(descriptor, data(), flags!, socket.sendLimit))
      const sockaddr = readSockaddr(program, unsigned(address), addressLength!)
      data()
      request(program, { operation: 'send', address: addressFor(sockaddr) })
      encodeAddress(rawAddress(sockaddr), descriptor.family)
      // Not before: the policy may have made the memory grow.
      return succeeded(program, native.sendTo(descriptor.open('sendto'), data(), flags!, socket.sendLimit))
    },

    fd_read(fd, pointer, count, written) {
      const socket = sockets.get(fd!)
      const bytes = readParts(program, socket, () => partsAt(program, unsigned(pointer), count!))
      memory.setWord(unsigned(written), bytes)
      return 0
    },

    fd_write(fd, pointer, count, written) {
      const socket = sockets.get(fd!)
      const bytes = writeParts(socket, partsAt(program, unsigned(pointer), count!))
      memory.setWord(unsigned(written), bytes)
      return 0
    },
  }
}

const POLLIN = 1
const POLLOUT = 4

/** The same for JavaScript that uses the program's FS. */
export const SOCKET_OPERATIONS: SocketOperations = {
  read: (socket, view) => (view.length === 0 ? 0 : done(receiveInto(socket.descriptor, view, 0, socket.receiveLimit))),
  write: (socket, view) => done(send(socket.descriptor, view, 0, socket.sendLimit)),
  poll: ({ descriptor }) => Math.max(0, native.wait(descriptor.open('poll'), POLLIN | POLLOUT, 0)),
}
