// GET requests over one kept connection: fetch, awaited one after the other.
import { check, measure, port } from '../shared/measure.js'

const url = `http://127.0.0.1:${port}/`

async function run(count: number): Promise<void> {
  for (let i = 0; i < count; i++) check((await (await fetch(url)).arrayBuffer()).byteLength === 100, 'short body')
}

await measure(run, 100)
