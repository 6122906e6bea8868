// The calls of node:wasi, with descriptors translated: which of their arguments are descriptors, and which result is one.

import { CallFailure } from '../emscripten/failure.js'
import type { WasiProgram } from './socket-calls.js'

/** A function of node:wasi's import object. */
export type InnerCall = (...args: (number | bigint)[]) => number

/** The calls that take a second descriptor, and where. */
const SECOND_DESCRIPTORS: Readonly<Record<string, number>> = { path_link: 4, path_rename: 3 }

/** Where path_open has the pointer to its result. */
const OPENED_POINTER = 8

/** What a descriptor is to node:wasi. @throws CallFailure `EBADF`; `ENOTDIR` or `EINVAL` for a socket */
function innerOf({ descriptors }: WasiProgram, name: string, fd: number): number {
  const found = descriptors.get(fd)
  if ('inner' in found) return found.inner
  throw new CallFailure(name.startsWith('path_') || name === 'fd_readdir' ? 'ENOTDIR' : 'EINVAL')
}

/** A call of node:wasi's whose first argument is a descriptor. */
export function translated(program: WasiProgram, name: string, call: InnerCall): InnerCall {
  const second = SECOND_DESCRIPTORS[name]
  return (...args) => {
    const given = [...args]
    given[0] = innerOf(program, name, Number(args[0]))
    if (second !== undefined) given[second] = innerOf(program, name, Number(args[second]))
    const result = call(...given)
    if (result !== 0) return result
    if (name === 'path_open') return addOpened(program, Number(args[OPENED_POINTER]) >>> 0)
    if (name === 'fd_close') program.descriptors.remove(Number(args[0]))
    return 0
  }
}

/** Gives what path_open has opened a number of the program's. */
function addOpened({ memory, descriptors }: WasiProgram, pointer: number): number {
  memory.setInt32(pointer, descriptors.add({ inner: memory.int32(pointer) }))
  return 0
}

/** fd_renumber: what the second number was is closed. */
export function renumberCall(program: WasiProgram, close: InnerCall): InnerCall {
  return (from, to) => {
    const { descriptors } = program
    descriptors.get(Number(from))
    const replaced = descriptors.get(Number(to))
    if (from === to) return 0
    if ('socket' in replaced) replaced.socket.descriptor.close()
    else close(replaced.inner)
    descriptors.move(Number(from), Number(to))
    return 0
  }
}
