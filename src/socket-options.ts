// Options of a socket: those of the table, typed; and any other by its numbers.

import { checkInteger } from './addresses.js'
import type { Level } from './constant-kinds.js'
import { failure, misuse } from './errors.js'
import { native } from './native.js'
import { TransferSocket } from './socket-transfer.js'

const INT_BYTES = 4
const LONGEST_VALUE = 65536
const SOL_SOCKET = native.constants['SOL_SOCKET']!
const SO_ERROR = native.constants['SO_ERROR']!
const SO_LINGER = native.constants['SO_LINGER']!

/** The part of a socket that has options. Not exported by the package: see Socket. */
export abstract class OptionSocket extends TransferSocket {
  /**
   * An option by its numbers; `getsockopt(2)`.
   * @param length how many bytes to ask for; without it, an int is asked for
   * @returns the int, or with `length` the bytes that the kernel gave
   * @throws SocketError such as `ENOPROTOOPT`
   * @example
   * const type = socket.getRawOption(SOL_SOCKET, 3)
   */
  getRawOption(level: Level, name: number): number
  getRawOption(level: Level, name: number, length: number): Buffer
  getRawOption(level: Level, name: number, length?: number): number | Buffer {
    checkOptionNumbers(level, name)
    if (length !== undefined) checkInteger(length, 'length', 1, LONGEST_VALUE)
    const value = Buffer.alloc(length ?? INT_BYTES)
    const got = this.askOption(level, name, value)
    if (length !== undefined) return value.subarray(0, got)
    return new Int32Array(value.buffer, value.byteOffset, 1)[0]!
  }

  /**
   * Sets an option by its numbers, as an int or as bytes; `setsockopt(2)`.
   * @throws SocketError such as `ENOPROTOOPT`, `EINVAL`, `EPERM`
   * @example
   * socket.setRawOption(IPPROTO_TCP, 1, 1)
   */
  setRawOption(level: Level, name: number, value: number | Uint8Array): void {
    checkOptionNumbers(level, name)
    this.tellOption(level, name, typeof value === 'number' ? intBytes(value) : value)
  }

  /** @internal */
  protected override pendingError(): number {
    return this.getRawOption(SOL_SOCKET, SO_ERROR)
  }

  /** @internal */
  protected askOption(level: number, name: number, value: Uint8Array): number {
    const got = native.getOption(this.open('getsockopt'), level, name, value)
    if (got < 0) throw failure(got, 'getsockopt')
    return got
  }

  /** @internal */
  protected tellOption(level: number, name: number, value: Uint8Array): void {
    if (!(value instanceof Uint8Array)) {
      throw misuse(TypeError, 'ERR_INVALID_ARG_TYPE', 'value must be a number or a Uint8Array')
    }
    const answer = native.setOption(this.open('setsockopt'), level, name, value)
    if (answer < 0) throw failure(answer, 'setsockopt')
    // `close` asks the kernel for SO_LINGER only where it may be set.
    if (level === SOL_SOCKET && name === SO_LINGER) this.lingers = true
  }
}

function checkOptionNumbers(level: number, name: number): void {
  checkInteger(level, 'level', 0, 0x7fffffff)
  checkInteger(name, 'name', 0, 0x7fffffff)
}

function intBytes(value: number): Uint8Array {
  checkInteger(value, 'value', -0x80000000, 0x7fffffff)
  return new Uint8Array(Int32Array.of(value).buffer)
}
