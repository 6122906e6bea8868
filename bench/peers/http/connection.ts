// Requests over http or https, each with a connection of its own: fetchSync. `http-once` is the first one of a process.
import { readFileSync } from 'node:fs'
import { type FetchSyncOptions, fetchSync } from 'berkeley/http'
import { check, measure, measureCold, port, variant } from '../shared/measure.js'
import { certificateFile } from './certificate.js'

const [protocol, once] = variant.split('-')
const url = `${protocol}://127.0.0.1:${port}/`

function run(count: number): void {
  const trust = protocol === 'https' ? { tls: { ca: readFileSync(certificateFile(port)) } } : {}
  const options: FetchSyncOptions = { keepAlive: false, ...trust }
  for (let i = 0; i < count; i++) check(fetchSync(url, options).bytes().length === 100, 'short body')
}

await (once === undefined ? measure(run, 100) : measureCold(run, 100))
