// Standard output: lines, and colours where a terminal shows them.

const hasColours = process.stdout.isTTY === true && process.stdout.hasColors()

function paint(begin: number, end: number): (text: string) => string {
  return (text) => (hasColours ? `\x1b[${begin}m${text}\x1b[${end}m` : text)
}

export const bold = paint(1, 22)
export const dim = paint(2, 22)
export const red = paint(31, 39)
export const green = paint(32, 39)
export const yellow = paint(33, 39)

/** Prints one line. */
export function print(line = ''): void {
  process.stdout.write(`${line}\n`)
}

/** Ends the process when standard output fails. A closed pipe is no failure: `head` closes it once it has enough. */
export function exitOnOutputError(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    process.stderr.write(`berkeley: standard output: ${error.message}\n`)
    process.exit(1)
  })
}
