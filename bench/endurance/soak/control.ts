// An idle process that measures how late its own timers run, as the server of soak.ts does: what the machine delays, it
// delays here too. For each line of standard input, it prints the figure since the last one.
import { createInterface } from 'node:readline'
import { delayP99Ms, restart } from '../shared/loop-delay.js'

createInterface({ input: process.stdin })
  .on('line', () => {
    console.log(JSON.stringify({ delayP99Ms: delayP99Ms() }))
    restart()
  })
  .on('close', () => process.exit(0))
