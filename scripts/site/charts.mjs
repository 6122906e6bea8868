// Bar charts of the measurements that a page shows as the output of `berkeley compare`: one line of a table is a chart.

const MS_PER_UNIT = { µs: 0.001, ms: 1, s: 1000 }

/** The lines that are worth a chart, and what they are called in it. */
const LINES = [
  { pattern: /^total time +(.*)$/m, title: 'Total time' },
  { pattern: /^ +longest +(.*)$/m, title: 'Main thread blocked, longest' },
]

function milliseconds(text) {
  const [, number, unit] = /^([\d.]+) (µs|ms|s)$/.exec(text)
  return Number(number) * MS_PER_UNIT[unit]
}

function bar(mode, text, share) {
  const width = Math.max(share * 100, 0.5).toFixed(1)
  return `<div class="bar"><span>${mode}</span><i style="width:${width}%"></i><b>${text}</b></div>`
}

function chart(title, modes, texts) {
  const values = texts.map(milliseconds)
  const longest = Math.max(...values)
  const bars = modes.map((mode, index) => bar(mode, texts[index], values[index] / longest))
  const label = `${title}: ${modes.map((mode, index) => `${mode} ${texts[index]}`).join(', ')}`
  return `<figure class="chart" role="img" aria-label="${label}"><figcaption>${title}</figcaption>${bars.join('')}</figure>`
}

/** The charts of one output of the command; none for any other text. */
function chartsOf(output) {
  const [head = '', ...rest] = output.split('\n')
  const modes = head.trim().split(/ +/)
  if (!/^ {10,}\S/.test(head) || modes.length < 2) return ''
  return LINES.flatMap(({ pattern, title }) => {
    const texts = pattern.exec(rest.join('\n'))?.[1].match(/[\d.]+ (?:µs|ms|s)/g) ?? []
    return texts.length === modes.length ? [chart(title, modes, texts)] : []
  }).join('')
}

/** Puts charts in front of each block that has such figures. */
export function addCharts(html) {
  return html.replaceAll(/<pre><code>([\s\S]*?)<\/code>/g, (block, text) => {
    const output = text.replaceAll('<br/>', '\n').replaceAll(/<[^>]*>/g, '')
    return chartsOf(output) + block
  })
}
