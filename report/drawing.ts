// A bar as shapes: working is solid, waiting is hatched, trouble has a mark; so no colour is needed to tell them.

import type { Bar } from './bars.js'
import { outcomeOf } from './words.js'

export interface Colours {
  readonly text: string
  readonly line: string
  readonly working: string
  readonly onWorking: string
  readonly waiting: string
  readonly hatch: string
  readonly trouble: string
  readonly surface: string
  readonly plain: string
}

/** Where a bar stands, in pixels. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const NAMES = ['text', 'line', 'working', 'onWorking', 'waiting', 'hatch', 'trouble', 'surface', 'plain'] as const

/** The colours of the style sheet, light or dark as it is now. */
export function currentColours(): Colours {
  const style = getComputedStyle(document.documentElement)
  return Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])) as never as Colours
}

/** The hatching as an image that repeats. */
export function hatching({ waiting, hatch }: Colours): HTMLCanvasElement {
  const size = 8
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = size
  const context = canvas.getContext('2d')
  if (context === null) return canvas
  context.fillStyle = waiting
  context.fillRect(0, 0, size, size)
  context.strokeStyle = hatch
  context.lineWidth = 1.5
  for (const shift of [-size, 0, size]) {
    context.moveTo(shift, size)
    context.lineTo(shift + size, 0)
  }
  context.stroke()
  return canvas
}

// The least width at which a text is readable.
const READABLE = 46

function rectangle(box: Box, style: object): object {
  return { type: 'rect', shape: box, style }
}

/** The part of a bar that is waiting: at its place in a call, at the bottom where it stands for many. */
function waitingBox({ span, count, start, end, waiting, busy }: Bar, box: Box): Box {
  if (count > 1) {
    const height = busy === 0 ? 0 : (box.height * waiting) / busy
    return { ...box, y: box.y + box.height - height, height }
  }
  const scale = end === start ? 0 : box.width / (end - start)
  return { ...box, x: box.x + (span.waitStart - start) * scale, width: waiting * scale }
}

/** A triangle above the bar's beginning. */
function mark({ x, y }: Box, fill: string): object {
  const points = [
    [x - 4, y - 5],
    [x + 4, y - 5],
    [x, y + 2],
  ]
  return { type: 'polygon', shape: { points }, style: { fill }, silent: true }
}

function labelOf({ span, count }: Bar): string {
  if (count > 1) return `${count} ${span.plain ? 'requests' : 'calls'}`
  return span.outcome === 'done' ? span.name : `${span.name}: ${outcomeOf(span)}`
}

function label(bar: Bar, box: Box, { text, surface }: Colours): object {
  return {
    type: 'text',
    silent: true,
    style: {
      text: labelOf(bar),
      x: box.x + 4,
      y: box.y + box.height / 2,
      verticalAlign: 'middle',
      fill: text,
      // A rim that keeps the letters readable on any pattern.
      stroke: surface,
      lineWidth: 3,
      font: '11px system-ui, sans-serif',
      width: box.width - 8,
      overflow: 'truncate',
    },
  }
}

/** The shapes of a bar whose visible part is `clipped`. */
export function shapesOf(bar: Bar, box: Box, clip: (box: Box) => Box | undefined, style: DrawingStyle): object[] {
  const { colours, hatch } = style
  const whole = clip(box)
  if (whole === undefined) return []
  const plain = { fill: colours.plain, stroke: colours.hatch, lineWidth: whole.height < 4 ? 0 : 0.6 }
  const shapes = [rectangle(whole, bar.span.plain ? plain : { fill: colours.working })]
  const wait = bar.waiting > 0 ? clip(waitingBox(bar, box)) : undefined
  if (wait !== undefined) {
    shapes.push(rectangle(wait, { fill: { image: hatch, repeat: 'repeat' }, stroke: colours.hatch, lineWidth: 0.5 }))
  }
  if (whole.width >= READABLE && whole.height >= 11) shapes.push(label(bar, whole, colours))
  if (bar.trouble > 0) shapes.push(mark(whole, colours.trouble))
  return shapes
}

export interface DrawingStyle {
  readonly colours: Colours
  readonly hatch: HTMLCanvasElement
}
