// Options of a socket: those of the table, typed; and any other by its numbers.

import { viewOf } from '../core/bytes.js'
import { failure } from '../core/errors.js'
import { checkInteger } from '../core/validate.js'
import { native } from '../native/addon.js'
import type { Level } from '../native/constant-kinds.js'
import { errno } from '../native/errno.js'
import { readOption, writeOption } from '../options/access.js'
import { SO_ERROR, SO_LINGER } from '../options/generated/options.js'
import type { ReadableOption, WritableOption } from '../options/row.js'
import { LINGERS } from './base.js'
import { TransferSocket } from './transfer.js'

const INT_BYTES = 4
const LONGEST_VALUE = 65536

/** The part of a socket that has options. Not exported by the package: see Socket. */
export abstract class OptionSocket extends TransferSocket {
  /**
   * An option of the table: a value of the option's own type; `getsockopt(2)`.
   * @throws SocketError such as `ENOPROTOOPT`; TypeError `ERR_OPTION_UNSUPPORTED` where this system lacks it,
   *   `ERR_OPTION_WRITE_ONLY`
   * @example
   * socket.getOption(SO_RCVBUF)
   * socket.getOption(TCP_INFO).rtt
   */
  getOption<Value>(option: ReadableOption<Value>): Value {
    const bytes = readOption(this.open('getsockopt'), option)
    if (typeof bytes === 'number') throw failure(bytes, 'getsockopt', { option: option.name })
    return option.decode(bytes)
  }

  /**
   * Sets an option of the table; `setsockopt(2)`. The kernel may adjust the value: SO_SNDBUF is doubled.
   * @throws SocketError such as `EPERM`, `EINVAL`; TypeError, RangeError for a value of another kind;
   *   TypeError `ERR_OPTION_UNSUPPORTED`, `ERR_OPTION_READ_ONLY`, `ERR_OPTION_NO_EFFECT`
   * @example
   * socket.setOption(TCP_NODELAY, true)
   * socket.setOption(SO_LINGER, 2)
   */
  setOption<Input>(option: WritableOption<Input>, value: NoInfer<Input>): void {
    this.open('setsockopt')
    const answer = writeOption(() => this.open('setsockopt'), option, value)
    this.noteOption(answer, option.level, option.number, option.name)
  }

  /**
   * An option that is an int, by its numbers; `getsockopt(2)`.
   * @throws SocketError such as `ENOPROTOOPT`
   * @example
   * const type = socket.getRawOption(SOL_SOCKET, 3)
   */
  getRawOption(level: Level, name: number): number
  /**
   * An option by its numbers, as the bytes that the kernel gives; `getsockopt(2)`.
   * @param length how many bytes to ask for
   * @throws SocketError such as `ENOPROTOOPT`
   * @example
   * const seconds = socket.getRawOption(SOL_SOCKET, 13, 8).readInt32LE(4)
   */
  getRawOption(level: Level, name: number, length: number): Buffer
  getRawOption(level: Level, name: number, length?: number): number | Buffer {
    checkOptionNumbers(level, name)
    if (length !== undefined) checkInteger(length, 'length', 1, LONGEST_VALUE)
    const value = Buffer.alloc(length ?? INT_BYTES)
    const got = native.getOption(this.open('getsockopt'), level, name, value)
    // More than was offered: the kernel gave nothing, and told how much there is.
    const answer = got > value.length ? -errno.ERANGE : got
    if (answer < 0) throw failure(answer, 'getsockopt')
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
    const bytes = typeof value === 'number' ? intBytes(value) : viewOf(value, 'value', 'a number, an ArrayBuffer')
    this.noteOption(native.setOption(this.open('setsockopt'), level, name, bytes), level, name)
  }

  /** @internal */
  protected override pendingError(): number {
    return this.getOption(SO_ERROR)
  }

  private noteOption(answer: number, level: number, number: number, name?: string): void {
    if (answer < 0) throw failure(answer, 'setsockopt', name === undefined ? {} : { option: name })
    // `close` asks the kernel for SO_LINGER only where it may be set.
    if (level === SO_LINGER.level && number === SO_LINGER.number) this.traits |= LINGERS
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
