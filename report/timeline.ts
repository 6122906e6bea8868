// The timeline: an Apache ECharts custom series, which is given what the visible range has to show.

import { CustomChart } from 'echarts/charts'
import { DataZoomComponent, GridComponent, TooltipComponent } from 'echarts/components'
import { type ECharts, graphic, init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams, ECBasicOption } from 'echarts/types/dist/shared'
import { type Bar, barsOf, type Range } from './bars.js'
import { type Box, currentColours, type DrawingStyle, hatching, shapesOf } from './drawing.js'
import { factList } from './elements.js'
import type { Span } from './model.js'
import type { Row } from './rows.js'
import { factsOf, factsOfMany, moment } from './words.js'

use([CustomChart, GridComponent, TooltipComponent, DataZoomComponent, CanvasRenderer])

const ROW_HEIGHT = 30
const MOST_ROWS = 36
const AROUND = { top: 10, bottom: 66 }
const NARROWEST = 0.002

interface Placed {
  readonly bar: Bar
  readonly row: number
}

/** The chart. It draws the rows it was given, in the range that is zoomed to. */
export class Timeline {
  readonly #place: HTMLElement
  readonly #chart: ECharts
  readonly #whole: Range
  #rows: readonly Row[] = []
  #placed: Placed[] = []
  #range: Range
  #firstRow = 0
  #style!: DrawingStyle
  #redrawing = 0

  /** @param picked told of the bar that was pressed */
  constructor(place: HTMLElement, end: number, picked: (bar: Bar) => void) {
    this.#place = place
    this.#whole = { from: 0, to: end }
    this.#range = this.#whole
    this.#chart = init(place, null, { renderer: 'canvas' })
    this.#chart.on('click', ({ dataIndex }) => {
      const placed = this.#placed[dataIndex]
      if (placed !== undefined) picked(placed.bar)
    })
    this.#chart.on('datazoom', () => this.#zoomed())
    new ResizeObserver(() => this.#resize()).observe(place)
    this.restyle()
  }

  /** What is drawn, and where on the page: for tests, which have no other way to know. */
  get drawn(): readonly { readonly row: string; readonly section: string; readonly x: number; readonly y: number }[] {
    const { left, top } = this.#place.getBoundingClientRect()
    return this.#placed.map(({ bar, row }) => {
      const [x, y] = this.#chart.convertToPixel({ seriesIndex: 0 }, [(bar.start + bar.end) / 2, row]) as [
        number,
        number,
      ]
      return { row: this.#rows[row]?.label ?? '', section: bar.span.section, x: left + x, y: top + y }
    })
  }

  get range(): Range {
    return this.#range
  }

  /** Takes the colours anew: light has become dark. */
  restyle(): void {
    const colours = currentColours()
    this.#style = { colours, hatch: hatching(colours) }
    this.#layOut()
  }

  show(rows: readonly Row[]): void {
    this.#rows = rows
    this.#firstRow = 0
    this.#layOut()
  }

  /** Zooms to a range, as far as there is one. */
  zoomTo({ from, to }: Range): void {
    const width = Math.min(Math.max(to - from, NARROWEST), this.#whole.to)
    const start = Math.min(Math.max(from, 0), this.#whole.to - width)
    this.#chart.dispatchAction({ type: 'dataZoom', dataZoomId: 'time', startValue: start, endValue: start + width })
  }

  /** Less than 1 shows less time. */
  zoomBy(factor: number): void {
    const { from, to } = this.#range
    const [middle, half] = [(from + to) / 2, ((to - from) / 2) * factor]
    this.zoomTo({ from: middle - half, to: middle + half })
  }

  /** Moves by a part of what is shown. */
  moveBy(part: number): void {
    const { from, to } = this.#range
    const by = (to - from) * part
    this.zoomTo({ from: from + by, to: to + by })
  }

  zoomOut(): void {
    this.zoomTo(this.#whole)
  }

  zoomToSpan({ start, end }: Span): void {
    const margin = Math.max((end - start) * 0.5, NARROWEST)
    this.zoomTo({ from: start - margin, to: end + margin })
  }

  get #visibleRows(): number {
    return Math.min(this.#rows.length, MOST_ROWS)
  }

  get #labelWidth(): number {
    return Math.min(250, Math.round(this.#place.clientWidth * 0.24))
  }

  #resize(): void {
    this.#layOut()
  }

  #zoomed(): void {
    const zooms = this.#chart.getOption()['dataZoom'] as readonly { id: string; startValue: number; endValue: number }[]
    const time = zooms.find(({ id }) => id === 'time')
    const rows = zooms.find(({ id }) => id === 'rows')
    if (time !== undefined) this.#range = { from: time.startValue, to: time.endValue }
    this.#firstRow = Math.round(rows?.startValue ?? 0)
    // Moves come faster than frames.
    cancelAnimationFrame(this.#redrawing)
    this.#redrawing = requestAnimationFrame(() => this.#draw())
  }

  #layOut(): void {
    const height = Math.max(this.#visibleRows, 2) * ROW_HEIGHT + AROUND.top + AROUND.bottom
    this.#place.style.height = `${height}px`
    this.#chart.resize({ height })
    this.#place.setAttribute('aria-label', `Timeline of ${this.#rows.length} rows; the tables below tell the same`)
    this.#chart.setOption(this.#frame(), { replaceMerge: ['dataZoom', 'series'] })
    this.#draw()
  }

  #draw(): void {
    const width = this.#place.clientWidth - this.#labelWidth
    const last = this.#firstRow + this.#visibleRows
    this.#placed = this.#rows.flatMap((row, index) =>
      index < this.#firstRow || index > last ? [] : barsOf(row, this.#range, width).map((bar) => ({ bar, row: index })),
    )
    const data = this.#placed.map(({ bar, row }) => [bar.start, row, bar.end])
    this.#chart.setOption({ series: [{ id: 'bars', data }] })
  }

  #frame(): ECBasicOption {
    const { colours } = this.#style
    const text = { color: colours.text, fontFamily: 'system-ui, sans-serif' }
    const line = { lineStyle: { color: colours.line } }
    return {
      animation: false,
      grid: { left: this.#labelWidth, right: this.#rows.length > MOST_ROWS ? 30 : 14, ...AROUND },
      xAxis: {
        type: 'value',
        min: 0,
        max: this.#whole.to,
        axisLabel: { ...text, hideOverlap: true, formatter: (ms: number) => moment(ms, this.#step) },
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
      tooltip: {
        confine: true,
        backgroundColor: colours.surface,
        borderColor: colours.line,
        textStyle: text,
        formatter: ({ dataIndex }: { dataIndex: number }) => this.#tooltip(dataIndex),
      },
      dataZoom: this.#zooms(),
      series: [
        { id: 'bars', type: 'custom', renderItem: this.#render, clip: true, encode: { x: [0, 2], y: 1 }, data: [] },
      ],
    }
  }

  #zooms(): object[] {
    const { colours } = this.#style
    const range = { startValue: this.#range.from, endValue: this.#range.to, minValueSpan: NARROWEST }
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
    if (this.#rows.length <= MOST_ROWS) return [time, inside]
    const end = this.#firstRow + MOST_ROWS - 1
    const rows = { yAxisIndex: 0, filterMode: 'none', startValue: this.#firstRow, endValue: end, zoomLock: true }
    return [time, inside, { ...slider, ...rows, id: 'rows', width: 14, right: 4, showDetail: false }]
  }

  get #step(): number {
    return (this.#range.to - this.#range.from) / 5
  }

  #rowLabel(index: number): string {
    const row = this.#rows[index]
    if (row === undefined) return ''
    return row.leads && row.section !== '' ? `{section|${row.section}}\n${row.label}` : row.label
  }

  #tooltip(index: number): HTMLElement | string {
    const placed = this.#placed[index]
    if (placed === undefined) return ''
    return factList(placed.bar.count === 1 ? factsOf(placed.bar.span) : factsOfMany(placed.bar))
  }

  readonly #render = (params: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI): object | undefined => {
    const placed = this.#placed[params.dataIndex]
    if (placed === undefined) return undefined
    const { bar, row } = placed
    const [x, y] = api.coord([bar.start, row]) as [number, number]
    const [end] = api.coord([bar.end, row]) as [number, number]
    const lanes = this.#rows[row]?.laneCount ?? 1
    const height = Math.max((ROW_HEIGHT - 9) / lanes, 1)
    const top = y - (ROW_HEIGHT - 9) / 2 + bar.lane * height
    const box: Box = { x, y: top, width: Math.max(end - x, 1.5), height: Math.max(height - (lanes > 1 ? 0.5 : 0), 1) }
    const area = params.coordSys as unknown as Box
    const clip = (wanted: Box): Box | undefined => graphic.clipRectByRect({ ...wanted }, area) as Box | undefined
    return { type: 'group', children: shapesOf(bar, box, clip, this.#style) }
  }
}
