// Runs the load in its own process until its standard input ends: node load-process.js PORT CONCURRENCY
import { runLoad } from '../shared/load.js'

let ended = false
process.stdin.on('end', () => {
  ended = true
})
process.stdin.resume()
const [port, concurrency] = process.argv.slice(2).map(Number) as [number, number]
const result = await runLoad({ port, concurrency, until: () => ended })
// performance.now() counts from each process's own start; adding timeOrigin makes the times comparable.
const endTimes = result.endTimes.map((end) => Math.round(performance.timeOrigin + end))
process.stdout.write(JSON.stringify({ ...result, endTimes }))
