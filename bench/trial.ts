// One trial: a peer's process, beside a server of its own where the scenario has one.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import type { Peer, Scenario, Trial } from './scenario.js'
import type { Command, Toolchain } from './toolchain.js'

// A peer that stands still must not stop the run.
const LIMIT_MS = 60_000

const FIELDS = ['seconds', 'operations', 'bytes', 'cpu'] as const

function parse(line: string): Trial {
  const trial = JSON.parse(line) as Trial
  if (!FIELDS.every((field) => Number.isFinite(trial[field]))) throw new Error(`not a trial: ${line}`)
  return trial
}

interface Server {
  readonly process: ChildProcess
  readonly port: string
}

async function startServer([program, ...args]: Command): Promise<Server> {
  const server = spawn(program!, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const kill = () => server.kill()
  process.once('exit', kill)
  server.once('exit', () => process.off('exit', kill))
  for await (const port of createInterface(server.stdout)) return { process: server, port }
  throw new Error('the server has ended before it told its port')
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const ended = once(server, 'exit')
  server.kill()
  await ended
}

/** The one line of a broken peer that tells what happened: an exception's own, or the last. */
function reason(error: unknown): string {
  const { killed, stderr = '', message } = error as Error & { killed?: boolean; stderr?: string }
  if (killed) return `not done after ${LIMIT_MS / 1000} s`
  const lines = stderr.split('\n').filter((line) => line.trim() !== '')
  return lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1) ?? message
}

async function runPeer(command: Command, peer: Peer, operations: number, port: string): Promise<Trial> {
  const [program, ...args] = [...command, peer.variant, String(operations), port]
  const run = promisify(execFile)(program!, args, { timeout: LIMIT_MS, encoding: 'utf8' })
  return run.then(
    ({ stdout }) => parse(stdout),
    (error) => Promise.reject(new Error(reason(error))),
  )
}

/** Runs a peer once. `scale`: the part of the scenario's operations to make. Throws `Missing` for lack of a tool. */
export async function runTrial(tools: Toolchain, scenario: Scenario, peer: Peer, scale: number): Promise<Trial> {
  const { cores, server } = scenario
  const operations = Math.ceil(scenario.operations * scale * (peer.share ?? 1))
  const command = tools.bound(tools.command(peer.runtime, peer.program), cores?.peer)
  if (server === undefined) return runPeer(command, peer, operations, '0')
  const running = await startServer(tools.bound([...tools.command('c', 'server'), server], cores?.server))
  try {
    return await runPeer(command, peer, operations, running.port)
  } finally {
    await stopServer(running.process)
  }
}
