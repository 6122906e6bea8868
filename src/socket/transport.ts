// What carries bytes under the verbs, the reader and the event loop's channel: one small interface, so that a layer above
// the kernel's socket needs no verbs of its own.
//
// Facts that shape it, for those who write such a layer (TLS above all):
// - An operation may have to wait in the other direction: a TLS read may have to write first. `waitsToRead` says which.
// - Bytes that the layer holds are readable, although poll(2) on the descriptor does not report them: `heldBytes`.
// - A short read of the layer below says nothing about the layer above: `isContinuous` is the layer's own statement.
// - Messages keep their boundaries: one call receives or sends at most one. A stream has none.
//
// A layer is a class that extends Descriptor and overrides these members; every face takes a descriptor, and hands the same
// one on (`new Socket(descriptor)`, `toAsync`, `attach`, `toDuplex`). Datagrams with an address, sendFile, shutdown and the
// readiness of a Selector are the kernel's alone: they do not pass through here.
//
// Results are the addon's: a count >= 0 (of a stream, 0 received bytes are its end), or -errno, TIMED_OUT.

export interface Transport {
  /**
   * Receives into a view, or into the first so many bytes of the scratch memory; `recv(2)`.
   * @param timeout milliseconds; -1 waits for ever, 0 never waits
   */
  receiveBytes(memory: Uint8Array | number, flags: number, timeout: number): number
  /** Sends a view, or the first so many bytes of the scratch memory; `send(2)`. With MSG_WAITALL, all of it. */
  sendBytes(memory: Uint8Array | number, flags: number, timeout: number): number
  /** Bytes that a receive returns without asking the kernel. */
  readonly heldBytes: number
  /**
   * What an operation waits for that has just returned -EAGAIN: true for a readable descriptor, false for a writable one.
   * @param operationReads whether the operation is a receive
   */
  waitsToRead(operationReads: boolean): boolean
  /** Whether the kernel's bytes are the program's, so that the event loop may receive for many sockets in one call. */
  readonly isDirect: boolean
  /** Whether a receive that returns less than asked for proves that the kernel holds no more. */
  readonly isContinuous: boolean
}
