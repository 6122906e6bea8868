// The programs of this folder speak lines of JSON: a line of standard input is a request, a line of standard output a reply.
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'

/** The standard streams of a program that was started. */
interface Streams {
  readonly stdin: Writable
  readonly stdout: Readable
}

export class JsonLines {
  readonly #stdin: Writable
  readonly #lines: AsyncIterator<string>

  constructor({ stdin, stdout }: Streams) {
    this.#stdin = stdin
    this.#lines = createInterface({ input: stdout })[Symbol.asyncIterator]()
  }

  /** The program's next line. */
  async next<Line>(): Promise<Line> {
    const { value, done } = await this.#lines.next()
    if (done === true) throw new Error('the program exited')
    return JSON.parse(value) as Line
  }

  /** Writes a line, and returns the next one of the program's. */
  ask<Line>(request: string): Promise<Line> {
    this.#stdin.write(`${request}\n`)
    return this.next<Line>()
  }

  /** Ends the program, which ends with its standard input. */
  end(): void {
    this.#stdin.end()
  }
}
