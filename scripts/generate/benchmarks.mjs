// The guide's page of benchmark results, and its charts: from the newest file in bench/results, which
// `npm run bench -- --save` writes.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BarChart } from 'echarts/charts'
import { GridComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { markdownTable } from 'markdown-table'

use([BarChart, GridComponent, SVGRenderer])

const WIDTH_PIXELS = 760
const BAR_PIXELS = 26
const HEAD_PIXELS = 12
const LABELS_PIXELS = 270
const VALUES_PIXELS = 80
const OWN_COLOUR = '#1f6feb'
const OTHER_COLOUR = '#9aa4b2'
/** A bar that is so many times as long as the median one would leave nothing to see of the others. */
const MAX_TIMES_MEDIAN = 8

/** What the units mean, and which end of a bar is the better one. */
const UNITS = {
  µs: 'µs per operation: shorter is better',
  'cpu µs': 'µs of processor time per operation: shorter is better',
  'MB/s': 'MB per second: longer is better',
  'MB/cpu s': 'MB per second of processor time: longer is better',
  B: 'bytes of resident memory per connection: shorter is better',
}

const HOW_TO_READ = `## How to read it

A bar is the median of the trials, in the unit above it. Blue is this library. The table has the ratio of each peer's cost to
that of the reference, computed trial by trial, and between which quartiles it lies: 1.20 is a fifth more, also where the unit
is a rate. Quartiles that are far apart mean that the machine was busy, and that the line says little. A peer that is not in
the chart is in the table: its bar would leave nothing to see of the others.

Compare ratios and not figures with those of another machine: nearly all that is measured here is what a system call and a
wakeup cost, in which virtual machines differ most. [Benchmarks](benchmarks.md) says how each line is measured, and how to run
it.
`

const isOwn = (peer) => /^berkeley|^serveDatagrams|^Pyodide on/.test(peer)

/** A figure with three digits at least. */
function figure(value) {
  if (value >= 1000) return Math.round(value).toLocaleString('en')
  return String(Number(value.toPrecision(3)))
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}

function chart(name, peers) {
  const height = peers.length * BAR_PIXELS + HEAD_PIXELS
  const drawn = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH_PIXELS, height })
  const text = { fontFamily: 'sans-serif', fontSize: 13, color: '#57606a' }
  drawn.setOption({
    animation: false,
    grid: { left: LABELS_PIXELS, right: VALUES_PIXELS, top: HEAD_PIXELS / 2, bottom: HEAD_PIXELS / 2 },
    xAxis: { type: 'value', show: false, min: 0 },
    yAxis: {
      type: 'category',
      inverse: true,
      data: peers.map(({ peer }) => peer),
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: { ...text, width: LABELS_PIXELS - HEAD_PIXELS, overflow: 'truncate' },
    },
    series: [
      {
        type: 'bar',
        barWidth: '65%',
        data: peers.map(({ peer, value }) => ({
          value,
          itemStyle: { color: isOwn(peer) ? OWN_COLOUR : OTHER_COLOUR },
        })),
        label: { ...text, show: true, position: 'right', formatter: ({ value }) => figure(value) },
      },
    ],
  })
  // Without the styles of hovering, which a picture does not need.
  const svg = drawn
    .renderToSVGString()
    .replace(/<style\b[\s\S]*?<\/style>/g, '')
    .replaceAll(/ class="[^"]*"/g, '')
  drawn.dispose()
  return `${svg.trim().replace('>', `><title>${name}</title>`)}\n`
}

// The site takes a number at the end of a name for a mark of a copy.
const pictureOf = (name) => `bench-${name}-chart`

function table({ unit, peers }) {
  const rows = peers.map(({ peer, value, cpuMicros, ratio }) => [
    peer,
    figure(value),
    figure(cpuMicros),
    ratio === null ? '' : figure(ratio.median),
    ratio === null ? '' : `${figure(ratio.q1)} to ${figure(ratio.q3)}`,
  ])
  return markdownTable([['peer', unit, 'cpu µs', 'ratio', 'quartiles'], ...rows], {
    align: ['l', 'r', 'r', 'r', 'r'],
  })
}

const measuredIn = ({ peers }) => peers.filter((peer) => 'value' in peer)

/** The peers of a chart. */
function drawnOf(result) {
  const measured = measuredIn(result)
  const limit = median(measured.map(({ value }) => value)) * MAX_TIMES_MEDIAN
  return measured.filter(({ value }) => value <= limit)
}

function section(result) {
  const drawn = drawnOf(result)
  const absent = result.peers.filter((peer) => !('value' in peer))
  return [
    `### ${result.name}`,
    `${result.description[0].toUpperCase()}${result.description.slice(1)}. ${UNITS[result.unit]}; ratios to ${result.reference}.`,
    `![${drawn.map(({ peer, value }) => `${peer} ${figure(value)}`).join(', ')}](../pictures/${pictureOf(result.name)}.svg)`,
    table({ ...result, peers: measuredIn(result) }),
    ...absent.map(({ peer, skipped, failed }) => `${peer}: ${skipped ?? failed}.`),
  ].join('\n\n')
}

function headOf({ machine, plan, note }) {
  const versions = {
    Node: machine.node,
    CPython: machine.python,
    uvloop: machine.uvloop,
    Bun: machine.bun,
    Deno: machine.deno,
  }
  const present = Object.entries(versions).filter(([, version]) => version !== null)
  return [
    '# Benchmark results',
    'Made by `npm run generate` from the newest file in bench/results, which `npm run bench -- --save` writes.',
    `${machine.date.slice(0, 10)}: ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.kernel}. berkeley ${machine.berkeley}, ${present.map((pair) => pair.join(' ')).join(', ')}. ${plan.trials} trials of each peer; load average before: ${machine.load.toFixed(1)}.`,
    ...(note === null ? [] : [`**Note:** ${note}`]),
    HOW_TO_READ.trim(),
    '## Results',
  ].join('\n\n')
}

/** The contents of the page and of its pictures, by path; nothing where no result is kept. */
export function benchmarkFiles(root) {
  const folder = join(root, 'bench', 'results')
  if (!existsSync(folder)) return {}
  const newest = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .at(-1)
  if (newest === undefined) return {}
  const run = JSON.parse(readFileSync(join(folder, newest), 'utf8'))
  const results = run.results.filter((result) => measuredIn(result).length > 0)
  const pictures = results.map((result) => [
    `docs/pictures/${pictureOf(result.name)}.svg`,
    chart(result.name, drawnOf(result)),
  ])
  return {
    'docs/guide/benchmark-results.md': `${[headOf(run), ...results.map(section)].join('\n\n')}\n`,
    ...Object.fromEntries(pictures),
  }
}
