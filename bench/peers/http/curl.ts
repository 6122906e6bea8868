// Requests over http or https, each by a process of its own: curl, started and waited for. `http-once` is the first one.
import { spawnSync } from 'node:child_process'
import { check, measure, measureCold, port, variant } from '../shared/measure.js'
import { certificateFile } from './certificate.js'

const [protocol, once] = variant.split('-')
const url = `${protocol}://127.0.0.1:${port}/`
const trust = protocol === 'https' ? ['--cacert', certificateFile(port)] : []

function run(count: number): void {
  for (let i = 0; i < count; i++) {
    const { stdout, error } = spawnSync('curl', ['-s', '-S', '-q', '--noproxy', '*', ...trust, url])
    if (error !== undefined) throw error
    check(stdout.length === 100, 'short body')
  }
}

await (once === undefined ? measure(run, 100) : measureCold(run, 100))
