// The stack of an error that begins at the caller: the frames of this library say nothing about the program.

import { fileURLToPath } from 'node:url'

// In a bundle in CommonJS this is undefined, and stacks keep the library's frames.
const here: string | undefined = import.meta.url

let folders: readonly string[] | undefined

/** The folders of this library. A frame names its file by URL; under --enable-source-maps it names the source file, by path. */
function ownFolders(): readonly string[] {
  folders ??= here === undefined ? [] : foldersOf(here)
  return folders
}

function foldersOf(file: string): string[] {
  return ['../', '../../../src/'].flatMap((path) => {
    const url = new URL(path, file)
    return [url.href, fileURLToPath(url)]
  })
}

/** A frame of this library, or one of JavaScript's own between such frames: `at Generator.next (<anonymous>)`. */
const isOwn = (line: string): boolean =>
  line.endsWith('(<anonymous>)') || ownFolders().some((folder) => line.includes(folder))

/** How many more frames are recorded, to make up for the library's own that are removed. */
const MAX_OWN_FRAMES = 20

/**
 * Raises the limit of recorded frames.
 * @returns the limit before, which `startStackAtCaller` restores
 */
export function recordOwnFrames(): number {
  const limit: unknown = Error.stackTraceLimit
  if (typeof limit !== 'number') return Number.POSITIVE_INFINITY
  setStackTraceLimit(limit + MAX_OWN_FRAMES)
  return limit
}

function setStackTraceLimit(limit: number): void {
  if (!Number.isFinite(limit)) return
  // Under --frozen-intrinsics the limit cannot be assigned, and stacks keep the library's frames.
  if (Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')?.writable === true) Error.stackTraceLimit = limit
}

/**
 * Restores the limit and removes the library's own frames from the top of the stack: the caller's frame comes first.
 */
export function startStackAtCaller(error: Error, limit: number): void {
  setStackTraceLimit(limit)
  // A program's Error.prepareStackTrace may return anything.
  if (typeof error.stack !== 'string') return
  const lines = error.stack.split('\n')
  const first = lines.findIndex((line) => line.startsWith('    at '))
  if (first < 0) return
  let last = first
  while (last < lines.length && isOwn(lines[last]!)) last++
  if (last < lines.length) lines.splice(first, last - first)
  error.stack = lines.slice(0, first + limit).join('\n')
}

/**
 * A rejection whose error has the lines of the program that await it in its stack, in place of those of the event loop. V8
 * finds them when the stack is recorded after the promise that is awaited has taken this one over, two turns of the queue of
 * microtasks from now.
 */
export async function rejectedAtCaller(error: Error): Promise<never> {
  await null
  await null
  const limit = recordOwnFrames()
  Error.captureStackTrace(error)
  startStackAtCaller(error, limit)
  throw error
}
