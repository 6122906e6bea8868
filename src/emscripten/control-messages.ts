// Control messages between the program's layout of struct cmsghdr and the kernel's; cmsg(3). Their data passes as bytes,
// except for descriptors: a program names its own, and gets numbers of its own for those that it receives.

import { ownReceived } from '../messages/received-fd.js'
import { native } from '../native/addon.js'
import { SCM_RIGHTS, SOL_SOCKET } from '../native/generated/constants.js'
import { descriptorOf } from '../socket/face.js'
import { CallFailure } from './failure.js'
import { ProgramSocket } from './file-system.js'
import type { Program } from './program.js'

const INT_BYTES = 4
const ROW_FIELDS = 4

/** cmsg_len is a socklen_t, after which 64-bit programs have padding; cmsg_level and cmsg_type follow. */
function headerBytes({ memory }: Program): number {
  return memory.pointerBytes === 4 ? 12 : 16
}

/** CMSG_ALIGN. */
function aligned({ memory }: Program, length: number): number {
  const { pointerBytes } = memory
  return Math.ceil(length / pointerBytes) * pointerBytes
}

/** How much the kernel needs for what has room in so many bytes of the program's: its headers are longer. */
export function kernelControlBytes(bytes: number): number {
  return bytes === 0 ? 0 : 2 * bytes + native.cmsgSpace(0)
}

interface Item {
  readonly level: number
  readonly type: number
  readonly data: Uint8Array
}

/** The control messages that a program sends, in the kernel's layout. @throws CallFailure `EINVAL`, `EFAULT`, `EBADF` */
export function readControl(program: Program, pointer: number, length: number): Uint8Array {
  const items = itemsAt(program, pointer, length)
  const bytes = new Uint8Array(items.reduce((sum, { data }) => sum + native.cmsgSpace(data.length), 0))
  let at = 0
  for (const { level, type, data } of items) {
    const isRights = level === SOL_SOCKET && type === SCM_RIGHTS
    at = native.writeControl(bytes, at, level, type, isRights ? kernelFds(program, data) : data)
  }
  return bytes
}

function itemsAt(program: Program, pointer: number, length: number): Item[] {
  const { memory } = program
  const header = headerBytes(program)
  const items: Item[] = []
  for (let at = pointer; at + header <= pointer + length; ) {
    const size = memory.uint32(at)
    if (size < header || at + size > pointer + length) throw new CallFailure('EINVAL')
    const level = memory.int32(at + header - 2 * INT_BYTES)
    const type = memory.int32(at + header - INT_BYTES)
    items.push({ level, type, data: memory.copy(at + header, size - header) })
    at += aligned(program, size)
  }
  return items
}

/** The kernel's numbers of sockets of the program. @throws CallFailure `EBADF`, or `ENOTSOCK` for a file of its own */
function kernelFds({ sockets }: Program, data: Uint8Array): Uint8Array {
  const view = new DataView(data.buffer, data.byteOffset, data.length)
  const fds = new Int32Array(Math.floor(data.length / INT_BYTES))
  for (const index of fds.keys()) {
    fds[index] = sockets.get(view.getInt32(index * INT_BYTES, true)).descriptor.open('sendmsg')
  }
  return new Uint8Array(fds.buffer)
}

/** What was written of received control messages. */
export interface WrittenControl {
  readonly bytes: number
  /** Some had no room, or were descriptors of another kind than a socket. */
  readonly isTruncated: boolean
}

/** Writes control messages that the kernel has returned. */
export function writeControl(program: Program, pointer: number, room: number, control: Uint8Array): WrittenControl {
  const { memory } = program
  const header = headerBytes(program)
  let at = 0
  let isTruncated = false
  for (const { level, type, data: received } of receivedItems(control)) {
    const isRights = level === SOL_SOCKET && type === SCM_RIGHTS
    // Descriptors without room are closed here, as the kernel does.
    const fits = Math.max(0, room - at - header)
    const data = isRights ? programFds(program, received, fits) : received.subarray(0, fits)
    isTruncated ||= data.length < received.length
    if (room - at < header) continue
    const size = header + data.length
    memory.setInt32(pointer + at, size)
    if (header === 16) memory.setInt32(pointer + at + INT_BYTES, 0)
    memory.setInt32(pointer + at + header - 2 * INT_BYTES, level)
    memory.setInt32(pointer + at + header - INT_BYTES, type)
    memory.write(pointer + at + header, data)
    at = Math.min(room, at + aligned(program, size))
  }
  return { bytes: at, isTruncated }
}

function receivedItems(control: Uint8Array): Item[] {
  if (control.length === 0) return []
  const rows = new Int32Array(ROW_FIELDS * Math.ceil(control.length / native.cmsgLen(0)))
  const count = native.readControl(control, new Uint8Array(rows.buffer))
  const items: Item[] = []
  for (let row = 0; row < count * ROW_FIELDS; row += ROW_FIELDS) {
    const [level, type, offset, length] = rows.subarray(row) as unknown as [number, number, number, number]
    items.push({ level, type, data: control.subarray(offset, offset + length) })
  }
  return items
}

/** Gives received sockets numbers of the program's; other descriptors, and those without room, are closed. */
function programFds({ sockets }: Program, data: Uint8Array, room: number): Uint8Array {
  const view = new DataView(data.buffer, data.byteOffset, data.length)
  const numbers: number[] = []
  // Each gets its owner before any of them can fail.
  const received = Array.from({ length: data.length / INT_BYTES }, (_, index) => {
    return ownReceived(view.getInt32(index * INT_BYTES, true))
  })
  for (const fd of received) {
    try {
      if ((numbers.length + 1) * INT_BYTES > room) continue
      numbers.push(sockets.add(new ProgramSocket(descriptorOf(fd.toSocket()), false)))
    } catch {
      // It is no socket, or the program's table is full: it is lost, and MSG_CTRUNC says so.
    } finally {
      fd.close()
    }
  }
  return new Uint8Array(Int32Array.from(numbers).buffer)
}
