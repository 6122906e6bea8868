// The shapes of a bar. Working is solid, waiting is hatched, trouble has a mark: they are distinguishable without colour.

import type { Bar } from './bars.js'
import { describeOutcome } from './formatting.js'

export interface Colours {
  readonly text: string
  readonly line: string
  readonly working: string
  readonly onWorking: string
  readonly waiting: string
  readonly hatch: string
  readonly trouble: string
  readonly surface: string
  readonly request: string
}

/** The place of a bar, in pixels. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const COLOUR_NAMES = [
  'text',
  'line',
  'working',
  'onWorking',
  'waiting',
  'hatch',
  'trouble',
  'surface',
  'request',
] as const

/** The colours of the style sheet in its current scheme, light or dark. */
export function currentColours(): Colours {
  const style = getComputedStyle(document.documentElement)
  const entries = COLOUR_NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])
  return Object.fromEntries(entries) as never as Colours
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

// A label on a smaller bar is not readable.
const MIN_LABEL_WIDTH_PIXELS = 46
const MIN_LABEL_HEIGHT_PIXELS = 11

function rectangle(box: Box, style: object): object {
  return { type: 'rect', shape: box, style }
}

/** The waiting part of a bar: at its time in a single call, at the bottom of a bar of several calls. */
function waitingBox({ span, count, start, end, waiting, busy }: Bar, box: Box): Box {
  if (count > 1) {
    const height = busy === 0 ? 0 : (box.height * waiting) / busy
    return { ...box, y: box.y + box.height - height, height }
  }
  const scale = end === start ? 0 : box.width / (end - start)
  return { ...box, x: box.x + (span.waitStart - start) * scale, width: waiting * scale }
}

/** A triangle above the beginning of the bar. */
function troubleMark({ x, y }: Box, fill: string): object {
  const points = [
    [x - 4, y - 5],
    [x + 4, y - 5],
    [x, y + 2],
  ]
  return { type: 'polygon', shape: { points }, style: { fill }, silent: true }
}

function labelOf({ span, count }: Bar): string {
  if (count > 1) return `${count} ${span.isRequest ? 'requests' : 'calls'}`
  return span.outcome === 'done' ? span.name : `${span.name}: ${describeOutcome(span)}`
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
      // An outline that keeps the letters readable on any pattern.
      stroke: surface,
      lineWidth: 3,
      font: '11px system-ui, sans-serif',
      width: box.width - 8,
      overflow: 'truncate',
    },
  }
}

/** The shapes of a bar; `clip` returns the visible part of a box, if it has one. */
export function shapesOf(bar: Bar, box: Box, clip: (box: Box) => Box | undefined, style: DrawingStyle): object[] {
  const { colours, hatch } = style
  const whole = clip(box)
  if (whole === undefined) return []
  const request = { fill: colours.request, stroke: colours.hatch, lineWidth: whole.height < 4 ? 0 : 0.6 }
  const shapes = [rectangle(whole, bar.span.isRequest ? request : { fill: colours.working })]
  const wait = bar.waiting > 0 ? clip(waitingBox(bar, box)) : undefined
  if (wait !== undefined) {
    shapes.push(rectangle(wait, { fill: { image: hatch, repeat: 'repeat' }, stroke: colours.hatch, lineWidth: 0.5 }))
  }
  const hasRoom = whole.width >= MIN_LABEL_WIDTH_PIXELS && whole.height >= MIN_LABEL_HEIGHT_PIXELS
  if (hasRoom) shapes.push(label(bar, whole, colours))
  if (bar.trouble > 0) shapes.push(troubleMark(whole, colours.trouble))
  return shapes
}

export interface DrawingStyle {
  readonly colours: Colours
  readonly hatch: HTMLCanvasElement
}
