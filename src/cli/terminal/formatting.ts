// Numbers, durations and text in the form in which the commands print them.

/** 1234567 as 1,234,567. Not with Intl: its first use takes longer than many of the exchanges that are timed here. */
export function grouped(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** `1 thread`, `1,000 calls`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** A duration of any size, in about three digits: 0.4 µs, 12 µs, 1.23 ms, 201 ms, 1.50 s. */
export function duration(ms: number): string {
  if (ms < 0.00995) return `${(ms * 1000).toFixed(1)} µs`
  if (ms < 0.9995) return `${(ms * 1000).toFixed(0)} µs`
  if (ms < 999.5) return `${ms.toPrecision(3)} ms`
  return `${(ms / 1000).toFixed(2)} s`
}

const BYTE_UNITS = ['KiB', 'MiB', 'GiB', 'TiB']

/** A number of bytes in about three digits: 812 bytes, 1.23 KiB, 48.0 MiB. */
export function size(bytes: number): string {
  if (bytes < 1000) return counted(Math.round(bytes), 'byte')
  let [value, unit] = [bytes / 1024, 0]
  for (; value >= 999.5 && unit < BYTE_UNITS.length - 1; unit++) value /= 1024
  return `${value >= 999.5 ? grouped(Math.round(value)) : value.toPrecision(3)} ${BYTE_UNITS[unit]}`
}

/** A size of memory: 48 MiB. */
export function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`
}

/** `text` in exactly `width` columns; longer text is cut and ends in an ellipsis. */
export function fitted(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width)
}

/** Wraps `text` at `width` columns. A longer word keeps its own line; a number is not separated from its unit. */
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
