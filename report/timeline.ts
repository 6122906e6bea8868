// The timeline: a custom series of Apache ECharts that holds only the bars of the visible range.

import { CustomChart } from 'echarts/charts'
import { DataZoomComponent, GridSimpleComponent } from 'echarts/components'
import { type ECharts, graphic, init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams, ECBasicOption } from 'echarts/types/dist/shared'
import { type Bar, barsOf, type TimeRange } from './bars.js'
import { factList } from './elements.js'
import { axisTime, factsOfBar, factsOfSpan } from './formatting.js'
import { HoverBox, type Place } from './hover-box.js'
import type { Span } from './model.js'
import type { TimelineRow } from './rows.js'
import { type Box, currentColours, type DrawingStyle, hatching, shapesOf } from './shapes.js'

use([CustomChart, GridSimpleComponent, DataZoomComponent, CanvasRenderer])

const ROW_HEIGHT_PIXELS = 30
const MAX_VISIBLE_ROWS = 36
const MIN_VISIBLE_ROWS = 6
const MARGINS = { top: 26, bottom: 50 }
const MIN_RANGE_MS = 0.002

/** A bar and the index of its row. */
interface PlacedBar {
  readonly bar: Bar
  readonly row: number
}

/** The chart. It draws the given rows in the visible range. */
export class Timeline {
  readonly #container: HTMLElement
  readonly #chart: ECharts
  readonly #hoverBox: HoverBox
  readonly #whole: TimeRange
  #rows: readonly TimelineRow[] = []
  #placedBars: PlacedBar[] = []
  #range: TimeRange
  #firstRow = 0
  #style!: DrawingStyle
  #frameRequest = 0

  /** @param onSelect called with a bar that was clicked */
  constructor(container: HTMLElement, end: number, onSelect: (bar: Bar) => void) {
    this.#container = container
    this.#whole = { from: 0, to: end }
    this.#range = this.#whole
    this.#chart = init(container, null, { renderer: 'canvas' })
    this.#chart.on('click', ({ dataIndex }) => {
      const placed = this.#placedBars[dataIndex]
      if (placed !== undefined) onSelect(placed.bar)
    })
    this.#hoverBox = new HoverBox(container)
    this.#chart.on('mousemove', ({ dataIndex, event }) => {
      if (event !== undefined) this.#showDetails(dataIndex, { x: event.offsetX, y: event.offsetY })
    })
    this.#chart.on('mouseout', () => this.#hoverBox.hide())
    this.#chart.on('datazoom', () => {
      this.#hoverBox.hide()
      this.#onZoom()
    })
    new ResizeObserver(() => this.#layOut()).observe(container)
    addEventListener('resize', () => this.#layOut())
    this.restyle()
  }

  /** The drawn bars and their places on the page, for tests, which cannot inspect a canvas. */
  get drawn(): readonly { readonly row: string; readonly section: string; readonly x: number; readonly y: number }[] {
    const { left, top } = this.#container.getBoundingClientRect()
    return this.#placedBars.map(({ bar, row }) => {
      const [x, y] = this.#chart.convertToPixel({ seriesIndex: 0 }, [(bar.start + bar.end) / 2, row]) as [
        number,
        number,
      ]
      return { row: this.#rows[row]?.label ?? '', section: bar.span.section, x: left + x, y: top + y }
    })
  }

  get range(): TimeRange {
    return this.#range
  }

  /** Reads the colours again, after a change between light and dark. */
  restyle(): void {
    const colours = currentColours()
    this.#style = { colours, hatch: hatching(colours) }
    this.#layOut()
  }

  show(rows: readonly TimelineRow[]): void {
    this.#rows = rows
    this.#firstRow = 0
    this.#layOut()
  }

  /** Zooms to a range, limited to the whole timeline. */
  zoomTo({ from, to }: TimeRange): void {
    const width = Math.min(Math.max(to - from, MIN_RANGE_MS), this.#whole.to)
    const start = Math.min(Math.max(from, 0), this.#whole.to - width)
    this.#chart.dispatchAction({ type: 'dataZoom', dataZoomId: 'time', startValue: start, endValue: start + width })
  }

  /** Multiplies the visible range; a factor below 1 zooms in. */
  zoomBy(factor: number): void {
    const { from, to } = this.#range
    const [middle, half] = [(from + to) / 2, ((to - from) / 2) * factor]
    this.zoomTo({ from: middle - half, to: middle + half })
  }

  /** Moves by a part of the visible range. */
  moveBy(part: number): void {
    const { from, to } = this.#range
    const by = (to - from) * part
    this.zoomTo({ from: from + by, to: to + by })
  }

  zoomOut(): void {
    this.zoomTo(this.#whole)
  }

  zoomToSpan({ start, end }: Span): void {
    const margin = Math.max((end - start) * 0.5, MIN_RANGE_MS)
    this.zoomTo({ from: start - margin, to: end + margin })
  }

  get #visibleRows(): number {
    return Math.min(this.#rows.length, this.#rowsOfWindow)
  }

  /** How many rows fit into the window, so that the time axis above them stays visible. */
  get #rowsOfWindow(): number {
    const rows = Math.floor((innerHeight - MARGINS.top - MARGINS.bottom) / ROW_HEIGHT_PIXELS)
    return Math.max(MIN_VISIBLE_ROWS, Math.min(rows, MAX_VISIBLE_ROWS))
  }

  get #labelWidth(): number {
    return Math.min(250, Math.round(this.#container.clientWidth * 0.24))
  }

  #onZoom(): void {
    const zooms = this.#chart.getOption()['dataZoom'] as readonly { id: string; startValue: number; endValue: number }[]
    const time = zooms.find(({ id }) => id === 'time')
    const rows = zooms.find(({ id }) => id === 'rows')
    if (time !== undefined) this.#range = { from: time.startValue, to: time.endValue }
    this.#firstRow = Math.round(rows?.startValue ?? 0)
    // Events arrive faster than frames: draw at most once in a frame.
    cancelAnimationFrame(this.#frameRequest)
    this.#frameRequest = requestAnimationFrame(() => this.#draw())
  }

  #layOut(): void {
    const height = Math.max(this.#visibleRows, 2) * ROW_HEIGHT_PIXELS + MARGINS.top + MARGINS.bottom
    this.#container.style.height = `${height}px`
    this.#chart.resize({ height })
    this.#container.setAttribute(
      'aria-label',
      `Timeline of ${this.#rows.length} rows; the tables below have the same data`,
    )
    this.#chart.setOption(this.#chartOption(), { replaceMerge: ['dataZoom', 'series'] })
    this.#draw()
  }

  #draw(): void {
    const width = this.#container.clientWidth - this.#labelWidth
    const last = this.#firstRow + this.#visibleRows
    this.#placedBars = this.#rows.flatMap((row, index) =>
      index < this.#firstRow || index > last ? [] : barsOf(row, this.#range, width).map((bar) => ({ bar, row: index })),
    )
    const data = this.#placedBars.map(({ bar, row }) => [bar.start, row, bar.end])
    this.#chart.setOption({ series: [{ id: 'bars', data }] })
  }

  #chartOption(): ECBasicOption {
    const { colours } = this.#style
    const text = { color: colours.text, fontFamily: 'system-ui, sans-serif' }
    const line = { lineStyle: { color: colours.line } }
    return {
      animation: false,
      grid: { left: this.#labelWidth, right: this.#rows.length > this.#visibleRows ? 30 : 14, ...MARGINS },
      xAxis: {
        type: 'value',
        position: 'top',
        min: 0,
        max: this.#whole.to,
        axisLabel: { ...text, hideOverlap: true, formatter: (ms: number) => axisTime(ms, this.#tickMs) },
        splitLine: line,
        axisLine: line,
      },
      yAxis: {
        type: 'category',
        inverse: true,
        data: this.#rows.map((_, index) => index),
        axisLabel: {
          ...text,
          interval: 0,
          width: this.#labelWidth - 12,
          overflow: 'truncate',
          lineHeight: 13,
          formatter: (index: string) => this.#rowLabel(Number(index)),
          rich: { section: { ...text, fontWeight: 'bold', fontSize: 12, lineHeight: 14 } },
        },
        axisTick: { show: false },
        axisLine: line,
        splitLine: { show: true, ...line },
      },
      dataZoom: this.#zooms(),
      series: [
        { id: 'bars', type: 'custom', renderItem: this.#render, clip: true, encode: { x: [0, 2], y: 1 }, data: [] },
      ],
    }
  }

  #zooms(): object[] {
    const { colours } = this.#style
    const range = { startValue: this.#range.from, endValue: this.#range.to, minValueSpan: MIN_RANGE_MS }
    const shared = { xAxisIndex: 0, filterMode: 'none', ...range }
    const slider = {
      type: 'slider',
      borderColor: colours.line,
      fillerColor: `${colours.hatch}44`,
      handleStyle: { color: colours.surface, borderColor: colours.hatch },
      moveHandleStyle: { color: colours.hatch },
      textStyle: { color: colours.text },
      brushSelect: false,
    }
    const time = { ...slider, ...shared, id: 'time', height: 20, bottom: 10, showDataShadow: false, showDetail: false }
    const inside = { ...shared, id: 'inside', type: 'inside', zoomOnMouseWheel: 'ctrl', moveOnMouseMove: true }
    if (this.#rows.length === this.#visibleRows) return [time, inside]
    const end = this.#firstRow + this.#visibleRows - 1
    const rows = { yAxisIndex: 0, filterMode: 'none', startValue: this.#firstRow, endValue: end, zoomLock: true }
    return [time, inside, { ...slider, ...rows, id: 'rows', width: 14, right: 4, showDetail: false }]
  }

  get #tickMs(): number {
    return (this.#range.to - this.#range.from) / 5
  }

  #rowLabel(index: number): string {
    const row = this.#rows[index]
    if (row === undefined) return ''
    return row.isFirst && row.section !== '' ? `{section|${row.section}}\n${row.label}` : row.label
  }

  #showDetails(index: number, place: Place): void {
    const placed = this.#placedBars[index]
    if (placed === undefined) return
    const facts = placed.bar.count === 1 ? factsOfSpan(placed.bar.span) : factsOfBar(placed.bar)
    this.#hoverBox.show(factList(facts), place)
  }

  readonly #render = (params: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI): object | undefined => {
    const placed = this.#placedBars[params.dataIndex]
    if (placed === undefined) return undefined
    const { bar, row } = placed
    const [x, y] = api.coord([bar.start, row]) as [number, number]
    const [end] = api.coord([bar.end, row]) as [number, number]
    const lanes = this.#rows[row]?.laneCount ?? 1
    const height = Math.max((ROW_HEIGHT_PIXELS - 9) / lanes, 1)
    const top = y - (ROW_HEIGHT_PIXELS - 9) / 2 + bar.lane * height
    const box: Box = { x, y: top, width: Math.max(end - x, 1.5), height: Math.max(height - (lanes > 1 ? 0.5 : 0), 1) }
    const area = params.coordSys as unknown as Box
    const clip = (whole: Box): Box | undefined => graphic.clipRectByRect({ ...whole }, area) as Box | undefined
    return { type: 'group', children: shapesOf(bar, box, clip, this.#style) }
  }
}
