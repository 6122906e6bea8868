// What the commands print: colours only where a terminal shows them, numbers as people read them.

const colourful = process.stdout.isTTY === true && process.stdout.hasColors()

function paint(begin: number, end: number): (text: string) => string {
  return (text) => (colourful ? `\x1b[${begin}m${text}\x1b[${end}m` : text)
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

/** Ends where no more can be printed. Whoever reads may have seen enough, as `head` has: that is no failure. */
export function endWithOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    process.stderr.write(`berkeley: standard output: ${error.message}\n`)
    process.exit(1)
  })
}

/** 1234567 as 1,234,567. Not by Intl, whose first use takes longer than many an exchange that is shown here. */
export function grouped(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** `1 thread`, `1,000 calls`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** A time of any size in three digits or so: 0.4 µs, 12 µs, 1.23 ms, 201 ms, 1.50 s. */
export function duration(ms: number): string {
  if (ms < 0.00995) return `${(ms * 1000).toFixed(1)} µs`
  if (ms < 0.9995) return `${(ms * 1000).toFixed(0)} µs`
  if (ms < 999.5) return `${ms.toPrecision(3)} ms`
  return `${(ms / 1000).toFixed(2)} s`
}

/** A size of memory: 48 MiB. */
export function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`
}

/** `text` in exactly `width` columns: what does not fit ends in an ellipsis. */
export function fitted(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width)
}

/** `text` in lines of at most `width` columns, where its words allow it; a number keeps its unit. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/ (?!(?:µs|ms|s|MiB)\b)/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
