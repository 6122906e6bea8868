// An AsyncSocket as a face of the event loop's channel, for the model of it.

import { type AsyncSocket, SO_LINGER, SO_SNDBUF, type Socket } from 'berkeley'
import { type Face, type Observer, SEND_BUFFER_BYTES } from './channel-face.js'

/** A loop that receives, and sends one after the other. It closes as a connection with handlers does. */
export class AwaitedFace implements Face {
  readonly hasStrictPause = false
  readonly isSilentOnceClosing = true
  readonly onThrow = 'unsupported'
  readonly allowsHalfOpen = true
  readonly #socket: AsyncSocket
  readonly #observer: Observer
  #receiving: AbortController | null = null
  #sending = Promise.resolve()
  #receives = 0
  #isPaused = false
  #hasEnded = false
  #isEndCalled = false
  #isOurSideEnded = false
  #isClosed = false

  constructor(socket: Socket, observer: Observer) {
    socket.setOption(SO_SNDBUF, SEND_BUFFER_BYTES)
    this.#socket = socket.toAsync()
    this.#observer = observer
    observer.open()
    void this.#receiveAll()
  }

  send(bytes: Uint8Array): number {
    this.#sending = this.#sending
      .then(() => this.#socket.sendAll(bytes))
      .then(
        () => {
          if (!this.#isClosed) this.#observer.drain()
        },
        (error) => this.#failed(error),
      )
    return bytes.length
  }

  pause(): void {
    this.#isPaused = true
    this.#receiving?.abort()
  }

  resume(): void {
    this.#isPaused = false
    void this.#receiveAll()
  }

  end(): void {
    if (this.#isEndCalled) return
    this.#isEndCalled = true
    this.#sending = this.#sending
      .then(() => this.#socket.shutdown('write'))
      .then(
        () => {
          this.#isOurSideEnded = true
          this.#closeWhenOver()
        },
        (error) => this.#failed(error),
      )
  }

  close(): void {
    this.#close()
  }

  reset(): void {
    this.#close(true)
  }

  async #receiveAll(): Promise<void> {
    if (this.#receiving !== null) return
    try {
      while (!this.#isPaused && !this.#hasEnded && !this.#isClosed) {
        this.#receiving = new AbortController()
        const bytes = await this.#receive(this.#receiving.signal)
        if (this.#isClosed) return
        if (bytes === null) this.#ended()
        else this.#observer.data(bytes)
      }
    } catch (error) {
      if ((error as Error).name !== 'AbortError') this.#failed(error as Error)
    } finally {
      this.#receiving = null
    }
    // It may have been resumed after the signal was aborted.
    if (!this.#isPaused && !this.#hasEnded && !this.#isClosed) void this.#receiveAll()
  }

  /** By each verb that receives, in turn. */
  async #receive(signal: AbortSignal): Promise<Uint8Array | null> {
    switch (this.#receives++ % 4) {
      case 0:
        return this.#socket.recv(1000, { signal })
      case 1: {
        const memory = Buffer.alloc(20_000)
        const count = await this.#socket.recvInto(memory, { signal })
        return count === 0 ? null : memory.subarray(0, count)
      }
      case 2: {
        await this.#socket.readable({ signal })
        const bytes = this.#socket.tryRecv(65536)
        return bytes === undefined ? Buffer.alloc(0) : bytes
      }
      default:
        return this.#socket.recv(65536)
    }
  }

  #ended(): void {
    this.#hasEnded = true
    this.#observer.end()
    this.#closeWhenOver()
  }

  #closeWhenOver(): void {
    if (this.#hasEnded && this.#isOurSideEnded) this.#close()
  }

  #failed(error: Error): void {
    if (this.#isClosed) return
    this.#observer.error(error)
    this.#close()
  }

  #close(isReset = false): void {
    if (this.#isClosed) return
    this.#isClosed = true
    if (isReset) this.#socket.setOption(SO_LINGER, 0)
    this.#socket.close()
    this.#observer.close()
  }
}
