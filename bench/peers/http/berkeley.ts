// GET requests over one kept connection: fetchSync.
import { fetchSync } from 'berkeley/http'
import { check, measure, port } from '../shared/measure.js'

const url = `http://127.0.0.1:${port}/`

function run(count: number): void {
  for (let i = 0; i < count; i++) check(fetchSync(url).bytes().length === 100, 'short body')
}

await measure(run, 100)
