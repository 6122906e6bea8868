// Load from a process of its own, until its standard input ends: node load-process.js PORT CONCURRENCY

import { run } from '../shared/load.js'

let ended = false
process.stdin.on('end', () => {
  ended = true
})
process.stdin.resume()
const [port, concurrency] = process.argv.slice(2).map(Number) as [number, number]
const result = await run({ port, concurrency, until: () => ended })
// On the clock that all processes share.
const ends = result.ends.map((end) => Math.round(performance.timeOrigin + end))
process.stdout.write(JSON.stringify({ ...result, ends }))
