// The progress of a download: a bar on standard error, if that is a terminal and the page is not shown on one.

import type { SingleBar } from 'cli-progress'
import { duration, size } from '../terminal/formatting.js'
import { printNote } from '../terminal/output.js'

/** Frames a second: the bar is drawn between two receives, which block. */
const FPS = 5

/**
 * Passes the pieces of a page on, and shows how many bytes there were.
 * @param total the size of the page, `null` if the server does not say
 * @param target the name of the output
 */
export async function* withProgress(
  pieces: Iterable<Buffer>,
  total: number | null,
  target: string,
): AsyncGenerator<Buffer, void, undefined> {
  const begin = performance.now()
  let received = 0
  const text = (): string => {
    const rate = `${size((received / Math.max(performance.now() - begin, 1)) * 1000)}/s`
    return total === null ? `${size(received)}  ${rate}` : `${size(received)} of ${size(total)}  ${rate}`
  }
  const bar = await startBar(total, text())
  try {
    for (const piece of pieces) {
      received += piece.length
      bar.update(received, { text: text() })
      yield piece
    }
  } finally {
    bar.stop()
  }
  printNote(`${target}: ${size(received)} in ${duration(performance.now() - begin)}`)
}

async function startBar(total: number | null, text: string): Promise<SingleBar> {
  const { default: cli } = await import('cli-progress')
  const format = total === null ? '{text}' : '{bar} {percentage}%  {text}'
  // Nothing of the terminal's state changes, so that a signal may end the process at once.
  const state = { hideCursor: false, linewrap: true, gracefulExit: false }
  const options = { format, fps: FPS, barsize: 20, clearOnComplete: true, stream: process.stderr, ...state }
  const bar = new cli.SingleBar(options, cli.Presets.shades_classic)
  bar.start(total ?? 0, 0, { text })
  return bar
}
