// What carries bytes under the verbs, the reader and the event loop's channel: one small interface, so that a layer above
// the kernel's socket needs no verbs of its own.
//
// Facts that shape it, for those who write such a layer (TLS above all):
// - An operation may have to wait in the other direction: a TLS read may have to write first. `waitsToRead` says which.
// - Bytes that the layer holds are readable, although poll(2) on the descriptor does not report them: `heldBytes`.
// - A short read of the layer below says nothing about the layer above: `isContinuous` is the layer's own statement.
// - A layer may have to take more than the kernel does: an encrypted record goes out whole. What is left is `unsentBytes`,
//   which the next verb sends; a send of no bytes sends nothing else.
// - The end of a direction may be a message of the layer's: `endSending`.
// - A layer has failures that no errno names: `failure` makes their errors.
// - Messages keep their boundaries: one call receives or sends at most one. A stream has none.
//
// A layer is a class that extends Descriptor and overrides these members; every face takes a descriptor, and hands the same
// one on (`new Socket(descriptor)`, `toAsync`, `attach`, `toDuplex`). Datagrams with an address are the kernel's alone: they do
// not pass through here, and a layer refuses them by their name in `Descriptor.open`.
//
// Results are the addon's: a count >= 0 (of a stream, 0 received bytes are its end), or -errno, TIMED_OUT, or a number of
// the layer's own that its `failure` knows.

import type { ErrorTarget, SocketError } from '../core/errors.js'
import type { FilePart } from './file-part.js'

export interface Transport {
  /**
   * Receives into a view, or into the first so many bytes of the scratch memory; `recv(2)`.
   * @param timeout milliseconds; -1 waits for ever, 0 never waits
   */
  receiveBytes(memory: Uint8Array | number, flags: number, timeout: number): number
  /** Sends a view, or the first so many bytes of the scratch memory; `send(2)`. With MSG_WAITALL, all of it. */
  sendBytes(memory: Uint8Array | number, flags: number, timeout: number): number
  /** Sends a part of a file: how many bytes were taken, 0 at its end; `sendfile(2)`. */
  sendFile(part: FilePart, timeout: number): number
  /** Ends the sending direction, without waiting: 0, or a negative result. */
  endSending(): number
  /**
   * Bytes that a receive may return without asking the kernel. 0 after a receive that would have blocked: a part of a
   * record is nothing to wake up for.
   */
  readonly heldBytes: number
  /** Bytes that the layer has taken and the kernel has not. */
  readonly unsentBytes: number
  /**
   * What an operation waits for that has just returned -EAGAIN: true for a readable descriptor, false for a writable one.
   * @param operationReads whether the operation is a receive
   */
  waitsToRead(operationReads: boolean): boolean
  /** Whether the kernel's bytes are the program's, so that the event loop may receive for many sockets in one call. */
  readonly isDirect: boolean
  /** Whether a receive that returns less than asked for proves that the kernel holds no more. */
  readonly isContinuous: boolean
  /** The error for a negative result. */
  failure(result: number, syscall: string, target?: ErrorTarget): SocketError
}
