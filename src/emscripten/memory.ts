// The memory of a program. It may grow in any call of the program's, which detaches the ArrayBuffer: so no view is kept
// beyond a call, and the buffer is asked for each time. Every access is checked: a pointer outside is EFAULT.

import { CallFailure } from './failure.js'

const UTF8 = new TextDecoder()
const TO_UTF8 = new TextEncoder()

/** A pointer or a length as WebAssembly passes it: 32-bit ones come as signed numbers, 64-bit ones as bigints. */
export type Word = number | bigint

/** A pointer or an unsigned length among the arguments of a call, of which 32-bit ones are signed. */
export function unsigned(argument: number | undefined): number {
  return argument! < 0 ? argument! >>> 0 : argument!
}

export class ProgramMemory {
  readonly #current: () => ArrayBufferLike
  #buffer: ArrayBufferLike | null = null
  #bytes: Uint8Array = new Uint8Array(0)
  #view: DataView = new DataView(new ArrayBuffer(0))
  /** How many bytes a pointer, a size_t and a long have. It follows from the arguments of the first call. */
  pointerBytes: 4 | 8 = 4

  constructor(current: () => ArrayBufferLike) {
    this.#current = current
  }

  /** A pointer or an unsigned length as a number. */
  unsigned(word: Word): number {
    if (typeof word === 'number') return word >>> 0
    this.pointerBytes = 8
    return Number(BigInt.asUintN(64, word))
  }

  /** The memory from `pointer` on. @throws CallFailure `EFAULT` where it is not all the program's */
  bytes(pointer: number, length: number): Uint8Array {
    this.#check(pointer, length)
    return new Uint8Array(this.#buffer!, pointer, length)
  }

  /** A copy of the memory from `pointer` on. */
  copy(pointer: number, length: number): Uint8Array {
    return this.bytes(pointer, length).slice()
  }

  int16(pointer: number): number {
    return this.#at(pointer, 2).getInt16(pointer, true)
  }

  int32(pointer: number): number {
    return this.#at(pointer, 4).getInt32(pointer, true)
  }

  uint32(pointer: number): number {
    return this.#at(pointer, 4).getUint32(pointer, true)
  }

  int64(pointer: number): number {
    return Number(this.#at(pointer, 8).getBigInt64(pointer, true))
  }

  /** A pointer or a size_t. */
  word(pointer: number): number {
    return this.pointerBytes === 4 ? this.uint32(pointer) : this.int64(pointer)
  }

  /** A long. */
  long(pointer: number): number {
    return this.pointerBytes === 4 ? this.int32(pointer) : this.int64(pointer)
  }

  setInt16(pointer: number, value: number): void {
    this.#at(pointer, 2).setInt16(pointer, value, true)
  }

  setInt32(pointer: number, value: number): void {
    this.#at(pointer, 4).setInt32(pointer, value, true)
  }

  setInt64(pointer: number, value: number): void {
    this.#at(pointer, 8).setBigInt64(pointer, BigInt(value), true)
  }

  setWord(pointer: number, value: number): void {
    if (this.pointerBytes === 4) this.setInt32(pointer, value)
    else this.setInt64(pointer, value)
  }

  write(pointer: number, bytes: Uint8Array): void {
    this.bytes(pointer, bytes.length).set(bytes)
  }

  /** The text up to a NUL. @throws CallFailure `EFAULT` where the memory ends before one */
  text(pointer: number): string {
    this.#check(pointer, 1)
    const end = this.#bytes.indexOf(0, pointer)
    if (end < 0) throw new CallFailure('EFAULT')
    // A copy, because TextDecoder refuses memory that threads share.
    return UTF8.decode(this.#bytes.slice(pointer, end))
  }

  /** Writes a text and a NUL. @returns whether it has room in `size` bytes */
  writeText(pointer: number, size: number, text: string): boolean {
    const bytes = TO_UTF8.encode(`${text}\0`)
    if (bytes.length > size) return false
    this.write(pointer, bytes)
    return true
  }

  #check(pointer: number, length: number): void {
    const buffer = this.#current()
    if (buffer !== this.#buffer || this.#bytes.length !== buffer.byteLength) {
      this.#buffer = buffer
      this.#bytes = new Uint8Array(buffer)
      this.#view = new DataView(buffer)
    }
    if (!(pointer >= 0 && length >= 0 && pointer + length <= this.#bytes.length)) throw new CallFailure('EFAULT')
  }

  #at(pointer: number, length: number): DataView {
    this.#check(pointer, length)
    return this.#view
  }
}
