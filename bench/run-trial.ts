// One trial: a peer's process, beside a server of its own where the scenario has one, or beside a load that it serves.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import type { Peer, Scenario } from './scenario.js'
import type { Command, Toolchain } from './toolchain.js'
import { parseTrial, type Trial } from './trial.js'

// A peer that stands still must not stop the run.
const LIMIT_MS = 60_000

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

async function runToEnd([program, ...args]: Command): Promise<Trial> {
  const run = promisify(execFile)(program!, args, { timeout: LIMIT_MS, encoding: 'utf8' })
  return run.then(
    ({ stdout }) => parseTrial(stdout),
    (error) => Promise.reject(new Error(reason(error))),
  )
}

/** Runs something beside a server, which is new and ends with it. */
async function beside(server: Command, run: (server: Server) => Promise<Trial>): Promise<Trial> {
  const running = await startServer(server)
  try {
    return await run(running)
  } finally {
    await stopServer(running.process)
  }
}

/** Runs a peer once. `scale`: the part of the scenario's operations to make. Throws `Missing` for lack of a tool. */
export async function runTrial(tools: Toolchain, scenario: Scenario, peer: Peer, scale: number): Promise<Trial> {
  const { cores, server, load } = scenario
  const operations = String(Math.ceil(scenario.operations * scale * (peer.share ?? 1)))
  const command = [...tools.bound(tools.command(peer.runtime, peer.program), cores?.peer), peer.variant]
  const other = (program: string, ...args: unknown[]): Command =>
    tools.bound([...tools.command('c', program), ...args.map(String)], cores?.other)
  if (load) {
    const { mode, connections, size, polls } = load
    return beside(command, ({ port, process }) =>
      runToEnd([
        ...other('shared/load', mode, connections, size, operations),
        port,
        String(process.pid),
        polls ? 'polls' : 'sleeps',
      ]),
    )
  }
  const run = (port: string): Promise<Trial> => runToEnd([...command, operations, port])
  return server === undefined ? run('0') : beside(other('shared/server', server), ({ port }) => run(port))
}
