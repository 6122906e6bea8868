// A stream of Node's over a channel: bytes both ways, and how it ends. The members of a net.Socket that libraries use
// besides are in duplex.ts.

import { AsyncResource } from 'node:async_hooks'
import { Duplex, type DuplexOptions } from 'node:stream'
import type { AsyncSocket } from '../async/async-socket.js'
import { takeConnection } from '../async/take-ownership.js'
import { stateError } from '../core/errors.js'
import { Bytes, copyInto, lengthOf } from '../core/intrinsics.js'
import { Channel } from '../reactor/channel.js'
import { Receiver, type ReceivingFace } from '../reactor/receiver.js'
import { Sender, type SendingFace } from '../reactor/sender.js'
import type { Descriptor } from '../socket/descriptor.js'
import { takeUnread } from '../socket/reader-source.js'
import { endSendingIfConnected } from '../socket/shutdown.js'
import type { Socket } from '../socket/socket.js'

/** Chunks that were written together go out in one piece up to this; beyond it a copy costs more than a system call. */
const MAX_GATHERED_BYTES = 65536

type Callback = (error?: Error | null) => void

/** The options of `stream.Duplex` that a socket has a use for. */
export type FlowOptions = Pick<
  DuplexOptions,
  'allowHalfOpen' | 'highWaterMark' | 'readableHighWaterMark' | 'writableHighWaterMark' | 'signal'
>

/** The part of a SocketDuplex that transfers bytes. Not exported by the package: see SocketDuplex. */
export abstract class FlowDuplex extends Duplex {
  static readonly #receiving: ReceivingFace<FlowDuplex> = {
    received: (stream, bytes) => stream.#inContext(() => stream.#pass(bytes)),
    ended: (stream) => stream.#inContext(() => stream.#pass(null)),
    failed: (stream, error) => stream.#inContext(() => stream.destroy(error)),
  }

  static readonly #sending: SendingFace<FlowDuplex> = {
    sent: (stream, count) => stream.#sent(count),
    drained: (stream) => stream.#inContext(() => stream.#written(null)),
    failed: (stream, error) => stream.#inContext(() => stream.#written(error)),
  }

  /** How many bytes have been received. */
  bytesRead = 0
  /** How many bytes the kernel has taken to send. */
  bytesWritten = 0
  readonly #channel: Channel
  readonly #receiver: Receiver<FlowDuplex>
  readonly #sender: Sender<FlowDuplex>
  // Listeners run in the context in which the stream was made, as those of a net.Socket do.
  readonly #context = new AsyncResource('BERKELEYDUPLEX', { requireManualDestroy: true })
  /** Whether the stream wants to read on. */
  #isWanted = false
  /** The callback of the write that is under way. */
  #writing: Callback | null = null

  /** @internal */
  constructor(socket: Socket | AsyncSocket, options: FlowOptions) {
    super({ allowHalfOpen: false, ...options, emitClose: false })
    // Not before the options have proved right: until here the socket is its owner's.
    const descriptor = takeConnection(socket)
    descriptor.timeout = 0
    this.#channel = new Channel(descriptor)
    this.#channel.leaveWhenDropped()
    this.#receiver = new Receiver(this.#channel, this as FlowDuplex, FlowDuplex.#receiving)
    this.#receiver.pause()
    this.#sender = new Sender(this.#channel, this as FlowDuplex, FlowDuplex.#sending)
    const unread = takeUnread(descriptor)
    if (unread === null) return
    this.bytesRead = unread.length
    this.unshift(unread)
  }

  /** @internal */
  protected get descriptor(): Descriptor {
    return this.#channel.descriptor
  }

  /** The process stays alive while the stream waits to receive or send: so it is unless `unref` was called. */
  ref(): this {
    this.#channel.isRefed = true
    return this
  }

  /** The process may end while the stream waits. */
  unref(): this {
    this.#channel.isRefed = false
    return this
  }

  /** Bytes have gone in either direction. @internal */
  protected abstract moved(): void

  /** @internal */
  override _read(): void {
    this.#isWanted = true
    this.#receiver.resume(true)
    this.#updateActivity()
  }

  /** @internal */
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Callback): void {
    this.#write([chunk], done)
  }

  /** @internal */
  override _writev(chunks: { chunk: Buffer }[], done: Callback): void {
    this.#write(gathered(chunks.map(({ chunk }) => chunk)), done)
  }

  /** @internal */
  override _final(done: Callback): void {
    // From now on the peer's end is what closes the stream, and it may have no reader that would notice it.
    this.read(0)
    try {
      const { descriptor } = this.#channel
      endSendingIfConnected(descriptor)
      if (descriptor.unsentBytes === 0) {
        done()
        return
      }
      this.#writing = done
      this.#sender.wait()
    } catch (error) {
      done(error as Error)
    }
  }

  /** @internal */
  override _destroy(error: Error | null, done: Callback): void {
    const writing = this.#writing
    this.#writing = null
    const { isUndelivered } = this.#receiver
    this.#receiver.stop()
    this.#sender.stop()
    const closeError = this.#channel.close(isUndelivered)
    const failure = error ?? closeError
    done(failure)
    // After `done`: until the stream has closed, an error that a callback gets counts as the stream's own.
    process.nextTick(() => {
      try {
        this.#inContext(() => this.emit('close', failure !== null))
      } finally {
        // Also after a listener that threw.
        this.#context.emitDestroy()
        writing?.(
          failure ?? stateError('ERR_STREAM_DESTROYED', 'send', 'the stream was destroyed before this was sent'),
        )
      }
    })
  }

  #inContext(act: () => void): void {
    this.#context.runInAsyncScope(act)
  }

  /** Passes on what was received; `null` is the end. */
  #pass(bytes: Buffer | null): void {
    this.bytesRead += bytes?.length ?? 0
    this.moved()
    // A listener may read on, stop the stream, destroy it, or throw.
    this.#isWanted = false
    if (!this.push(bytes) && !this.#isWanted) this.#receiver.pause()
    // As net.Socket: without a reader nothing else would notice the end, and the stream would never close.
    if (bytes === null && !this.destroyed) this.read(0)
    this.#updateActivity()
  }

  /** The chunks go out in their order; the stream writes nothing else until all are out. */
  #write(chunks: readonly Uint8Array[], done: Callback): void {
    this.#writing = done
    for (const chunk of chunks) this.#sender.queue(chunk)
    if (this.#channel.isWritable) this.#sender.proceed()
    else this.#sender.wait()
    this.#updateActivity()
  }

  #sent(count: number): void {
    this.bytesWritten += count
    this.moved()
  }

  #written(error: Error | null): void {
    const done = this.#writing
    this.#writing = null
    this.#updateActivity()
    done?.(error)
  }

  /** The process stays alive while the stream reads or writes. */
  #updateActivity(): void {
    this.#channel.isActive = this.#receiver.isFlowing || this.#writing !== null
  }
}

/** Small chunks in one piece, large ones each by itself. */
function gathered(chunks: Buffer[]): readonly Uint8Array[] {
  let length = 0
  for (const chunk of chunks) length += lengthOf(chunk)
  if (length > MAX_GATHERED_BYTES) return chunks
  const whole = new Bytes(length)
  let end = 0
  for (const chunk of chunks) {
    copyInto(whole, chunk, end)
    end += lengthOf(chunk)
  }
  return [whole]
}
