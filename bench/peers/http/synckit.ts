// GET requests over one kept connection: synchronous calls to fetch in a worker.
import { createSyncFn } from 'synckit'
import { check, measure, port } from '../shared/measure.js'
import type { FetchBytes } from './synckit-worker.js'

const fetchBytes = createSyncFn<FetchBytes>(new URL('./synckit-worker.js', import.meta.url))
const url = `http://127.0.0.1:${port}/`

function run(count: number): void {
  for (let i = 0; i < count; i++) check(fetchBytes(url).length === 100, 'short body')
}

await measure(run, 100)
