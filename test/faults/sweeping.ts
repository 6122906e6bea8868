// Runs the sweep in a process of its own, which may crash or hang, and collects what it reports.
import { type ChildProcess, spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fixture } from '../support/child.js'
import { KNOWN_FAULTS } from './known.js'

/** A trial that blocks its thread for so long hangs, whatever else the machine has to do. */
const MAX_SILENCE_MS = 60_000

export interface Summary {
  /** How often a subject did its work, and how often a call failed meanwhile. */
  trials: number
  struck: number
  /** What went wrong, but for the known faults. */
  problems: string[]
  /** The known faults that were met. */
  known: Set<string>
  /** The subjects that were finished. */
  subjects: number
  /** By how many bytes the memory in use has grown since the first trials. */
  grown: number
  cpuMs: number
}

/** Reads one line of the sweep's. Returns the trial that it begins, if it begins one. */
function take(line: string, summary: Summary): string | undefined {
  const text = line.slice(2)
  if (line.startsWith('> ')) return text
  if (line.startsWith('~ ')) summary.subjects++
  if (line.startsWith('! ')) {
    const known = KNOWN_FAULTS.find(({ pattern }) => pattern.test(text))
    if (known === undefined) summary.problems.push(text)
    else summary.known.add(known.what)
  }
  if (line.startsWith('= ')) {
    const { trials, struck, grown, cpu } = JSON.parse(text)
    Object.assign(summary, { trials, struck, grown, cpuMs: (cpu.user + cpu.system) / 1000 })
  }
  return undefined
}

/** Ends a process that prints nothing any more. Returns what keeps it running, to be called for each line. */
function endedBySilence(child: ChildProcess, onSilence: () => void): () => void {
  let timer: NodeJS.Timeout | undefined
  const restart = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      onSilence()
      child.kill('SIGKILL')
    }, MAX_SILENCE_MS)
  }
  child.once('exit', () => clearTimeout(timer))
  restart()
  return restart
}

/**
 * Goes through the subjects.
 * @param addon the .node file with the fault switch
 * @param args those of the sweep
 * @param env variables that are added
 * @param onLine called with each line that is no trial's beginning
 */
export async function sweep(
  addon: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
  onLine: (line: string) => void = () => {},
): Promise<Summary> {
  const summary: Summary = { trials: 0, struck: 0, problems: [], known: new Set(), subjects: 0, grown: 0, cpuMs: 0 }
  const child = spawn(process.execPath, ['--no-warnings', fixture('faults/sweep'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe', openSync('/dev/null', 'r')],
    env: { ...process.env, ...env, BERKELEY_ADDON: addon },
  })
  let trial = 'nothing'
  let stderr = ''
  child.stderr!.on('data', (text) => {
    stderr += text
  })
  const heard = endedBySilence(child, () => summary.problems.push(`${trial} | it blocks its thread`))
  const lines = createInterface({ input: child.stdout! })
  lines.on('line', (line) => {
    heard()
    const begun = take(line, summary)
    if (begun === undefined) onLine(line)
    else trial = begun
  })
  const exited = new Promise<string>((resolve) => {
    child.once('close', (code, signal) => resolve(String(code ?? signal)))
  })
  const ended = await exited
  if (ended !== '0') summary.problems.push(`${trial} | the process ended with ${ended}: ${stderr}`)
  return summary
}
