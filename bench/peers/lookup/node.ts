// Lookups of localhost with node:dns, each awaited before the next.
import { lookup } from 'node:dns/promises'
import { check, measure } from '../shared/measure.js'

async function run(count: number): Promise<void> {
  for (let i = 0; i < count; i++) check((await lookup('localhost', { all: true })).length > 0, 'no address')
}

await measure(run, 0)
