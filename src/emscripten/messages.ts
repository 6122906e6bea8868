// sendmsg(2) and recvmsg(2), with musl's struct msghdr.

import { encodeAddress } from '../addresses/families.js'
import { rawAddress, takeSockaddr } from '../addresses/sockaddr.js'
import { native } from '../native/addon.js'
import { MSG_CTRUNC } from '../native/generated/constants.js'
import { kernelControlBytes, readControl, writeControl } from './control-messages.js'
import { CallFailure } from './failure.js'
import { unsigned } from './memory.js'
import { type Call, type Program, request, succeeded } from './program.js'
import { addressFor, readSockaddr } from './sockaddrs.js'
import { partsAt } from './transfers.js'

/** Where the members of struct msghdr are, in 32-bit and in 64-bit programs. */
const LAYOUTS = {
  4: { name: 0, nameLength: 4, parts: 8, partCount: 12, control: 16, controlLength: 20, flags: 24 },
  8: { name: 0, nameLength: 8, parts: 16, partCount: 24, control: 32, controlLength: 40, flags: 48 },
} as const

/** More control bytes than the kernel takes: it refuses them with ENOBUFS. */
const MAX_CONTROL_BYTES = 1 << 18

const outcome = new Int32Array(2)
const outcomeBytes = new Uint8Array(outcome.buffer)

/** The calls by the names under which a program imports them. */
export function messageCalls(program: Program): Record<string, Call> {
  const { memory, sockets } = program
  return {
    __syscall_sendmsg(fd, pointer, flags) {
      const socket = sockets.get(fd!)
      const at = unsigned(pointer)
      const layout = LAYOUTS[memory.pointerBytes]
      const parts = (): Uint8Array[] =>
        partsAt(program, memory.word(at + layout.parts), memory.int32(at + layout.partCount))
      parts()
      const controlLength = memory.uint32(at + layout.controlLength)
      if (controlLength > MAX_CONTROL_BYTES) throw new CallFailure('ENOBUFS')
      const hasAddress = prepareAddress(program, at, socket.descriptor.family)
      // Nothing is taken before the policy was asked, which may have made the memory grow, or have closed sockets.
      const control = readControl(program, memory.word(at + layout.control), controlLength)
      const own = socket.descriptor.open('sendmsg')
      return succeeded(program, native.sendMsg(own, parts(), control, hasAddress, flags!, socket.sendLimit))
    },

    __syscall_recvmsg(fd, pointer, flags) {
      const socket = sockets.get(fd!)
      const at = unsigned(pointer)
      const layout = LAYOUTS[memory.pointerBytes]
      const parts = partsAt(program, memory.word(at + layout.parts), memory.int32(at + layout.partCount))
      const room = Math.min(memory.uint32(at + layout.controlLength), MAX_CONTROL_BYTES)
      const control = memory.word(at + layout.control)
      memory.bytes(control, room)
      const own = socket.descriptor.open('recvmsg')
      const controlBytes = kernelControlBytes(room)
      // Owns received descriptors until they have got owners of their own.
      const owner = {}
      const limit = socket.receiveLimit
      const count = succeeded(program, native.recvMsg(own, parts, controlBytes, flags!, limit, owner, outcomeBytes))
      const [messageFlags, length] = outcome as unknown as [number, number]
      const received = new Uint8Array(length)
      if (length > 0) native.receivedControl(received)
      writeName(program, at, takeSockaddr())
      const written = writeControl(program, control, room, received)
      memory.setInt32(at + layout.controlLength, written.bytes)
      memory.setInt32(at + layout.flags, messageFlags | (written.isTruncated ? MSG_CTRUNC : 0))
      return count
    },
  }
}

/** Gives msg_name to the addon, if there is one. */
function prepareAddress(program: Program, at: number, family: number): boolean {
  const { memory } = program
  const layout = LAYOUTS[memory.pointerBytes]
  const name = memory.word(at + layout.name)
  if (name === 0) return false
  const sockaddr = readSockaddr(program, name, memory.int32(at + layout.nameLength))
  request(program, { operation: 'send', address: addressFor(sockaddr) })
  encodeAddress(rawAddress(sockaddr), family)
  return true
}

/** Returns the sender in msg_name, if the program asks for it. */
function writeName({ memory }: Program, at: number, sockaddr: Uint8Array): void {
  const layout = LAYOUTS[memory.pointerBytes]
  const name = memory.word(at + layout.name)
  if (name === 0) return
  memory.write(name, sockaddr.subarray(0, memory.uint32(at + layout.nameLength)))
  memory.setInt32(at + layout.nameLength, sockaddr.length)
}
