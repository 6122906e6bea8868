// Runs one trial: a peer's process, with server.c or another program at the other end if the scenario has a server, or with
// load.c if the peer is a server itself.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import type { Peer, Scenario } from './scenario.js'
import type { CommandLine, Toolchain } from './toolchain.js'
import { parseTrial, type Trial } from './trial.js'

// A peer that hangs must not stop the run.
const TIMEOUT_MS = 60_000

interface Server {
  readonly process: ChildProcess
  readonly port: string
}

async function startServer([program, ...args]: CommandLine): Promise<Server> {
  const server = spawn(program!, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const kill = () => server.kill()
  process.once('exit', kill)
  server.once('exit', () => process.off('exit', kill))
  for await (const port of createInterface(server.stdout)) return { process: server, port }
  throw new Error('the server exited before it printed its port')
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const ended = once(server, 'exit')
  server.kill()
  await ended
}

/** One line that says why a peer failed: the first line of an exception, or else the last line of standard error. */
function failureReason(error: unknown): string {
  const { killed, stderr = '', message } = error as Error & { killed?: boolean; stderr?: string }
  if (killed) return `timed out after ${TIMEOUT_MS / 1000} s`
  const lines = stderr.split('\n').filter((line) => line.trim() !== '')
  return lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1) ?? message
}

async function runToEnd([program, ...args]: CommandLine): Promise<Trial> {
  const run = promisify(execFile)(program!, args, { timeout: TIMEOUT_MS, encoding: 'utf8' })
  return run.then(
    ({ stdout }) => parseTrial(stdout),
    (error) => Promise.reject(new Error(failureReason(error))),
  )
}

/** The command line with these variables in its environment. */
function withVariables(variables: Readonly<Record<string, string>>, command: CommandLine): CommandLine {
  const assignments = Object.entries(variables).map(([name, value]) => `${name}=${value}`)
  return assignments.length > 0 ? ['env', ...assignments, ...command] : command
}

type Program = Pick<Peer, 'runtime' | 'program' | 'variant'>

function cProgram(program: string, variant = ''): Program {
  return { runtime: 'c', program, variant }
}

/** Starts a server, runs `use` with it and stops it. */
async function withServer(command: CommandLine, use: (server: Server) => Promise<Trial>): Promise<Trial> {
  const server = await startServer(command)
  try {
    return await use(server)
  } finally {
    await stopServer(server.process)
  }
}

/**
 * Runs a peer once. `scale` is the fraction of the scenario's operations to perform. Throws `MissingTool`, or an error
 * whose message is the reason why the peer failed.
 */
export async function runTrial(tools: Toolchain, scenario: Scenario, peer: Peer, scale: number): Promise<Trial> {
  const { cores, descriptors, environment, usesTls, server, load } = scenario
  tools.require(peer.programs ?? [])
  if (peer.pythonPackage !== undefined) tools.requirePythonPackage(peer.pythonPackage)
  const operations = String(Math.ceil(scenario.operations * scale * (peer.share ?? 1)))
  const certificates = usesTls ? { TLS_CERTIFICATES: tools.certificates() } : {}
  const program = withVariables({ ...environment, ...certificates }, tools.command(peer))
  const limited = (line: CommandLine): CommandLine =>
    descriptors === undefined ? line : tools.allowed(line, descriptors)
  const command = [...limited(tools.bound(program, cores?.peer)), peer.variant]
  const other = (end: Program, ...args: unknown[]): CommandLine => {
    const program = withVariables(certificates, tools.command(end))
    return limited(tools.bound([...program, ...args.map(String)], cores?.other))
  }
  if (load) {
    const { mode, connections, size, polls } = load
    return withServer(command, ({ port, process }) =>
      runToEnd([
        ...other(cProgram('shared/load'), mode, connections, size, operations),
        port,
        String(process.pid),
        polls ? 'polls' : 'sleeps',
      ]),
    )
  }
  const run = (port: string): Promise<Trial> => runToEnd([...command, operations, port, ...(peer.options ?? [])])
  if (server === undefined) return run('0')
  const end = typeof server === 'string' ? cProgram('shared/server', server) : server
  return withServer(other(end, end.variant), ({ port }) => run(port))
}
