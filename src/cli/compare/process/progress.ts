// How far a way is: a bar on a terminal, nothing elsewhere.

import type { SingleBar } from 'cli-progress'

/** Shows one way after the other. */
export class Progress {
  readonly #newBar: (() => SingleBar) | undefined
  #bar: SingleBar | undefined
  #current = 0

  private constructor(newBar?: () => SingleBar) {
    this.#newBar = newBar
  }

  /** One that shows nothing where standard error is no terminal. */
  static async create(): Promise<Progress> {
    if (process.stderr.isTTY !== true) return new Progress()
    const { default: cli } = await import('cli-progress')
    return new Progress(() => new cli.SingleBar({ ...LOOK, stream: process.stderr }, cli.Presets.shades_classic))
  }

  /** A new task, of `total` steps where that is known. */
  begin(task: string, total: number | null): void {
    this.#current = 0
    this.#bar = this.#newBar?.()
    // Of an unknown total, the bar shows how much is done and stays full.
    this.#bar?.start(total ?? 0, 0, { task: task.padEnd(30), of: total === null ? '' : ` of ${total}` })
  }

  add(steps: number): void {
    this.#current += steps
    this.#bar?.update(this.#current)
  }

  end(): void {
    this.#bar?.stop()
    this.#bar = undefined
  }
}

const LOOK = {
  format: '{task} {bar} {value}{of} requests',
  barsize: 20,
  hideCursor: true,
  clearOnComplete: true,
  // What is drawn is drawn: the process that is measured should have the processor.
  fps: 5,
}
