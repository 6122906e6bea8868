// The progress of a mode: a bar on a terminal, nothing elsewhere.

import type { SingleBar } from 'cli-progress'

/** Shows the progress of one task after the other. */
export class Progress {
  readonly #newBar: (() => SingleBar) | undefined
  #bar: SingleBar | undefined
  #current = 0

  private constructor(newBar?: () => SingleBar) {
    this.#newBar = newBar
  }

  /** Creates a progress that shows nothing where standard error is not a terminal. */
  static async create(): Promise<Progress> {
    if (process.stderr.isTTY !== true) return new Progress()
    const { default: cli } = await import('cli-progress')
    return new Progress(() => new cli.SingleBar({ ...BAR_OPTIONS, stream: process.stderr }, cli.Presets.shades_classic))
  }

  /** Begins a task of `total` requests, or of an unknown number. */
  begin(task: string, total: number | null): void {
    this.#current = 0
    this.#bar = this.#newBar?.()
    // Where the total is unknown, the bar stays full and only the number of requests changes.
    this.#bar?.start(total ?? 0, 0, { task: task.padEnd(30), of: total === null ? '' : ` of ${total}` })
  }

  add(requests: number): void {
    this.#current += requests
    this.#bar?.update(this.#current)
  }

  end(): void {
    this.#bar?.stop()
    this.#bar = undefined
  }
}

const BAR_OPTIONS = {
  format: '{task} {bar} {value}{of} requests',
  barsize: 20,
  hideCursor: true,
  clearOnComplete: true,
  // Few frames a second leave the processor to the process that is measured.
  fps: 5,
}
