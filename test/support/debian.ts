// Programs of Debian that tests talk to: where they are, what a test needs of them, how servers are started.
import { accessSync, chmodSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { TestContext } from 'node:test'
import { Child } from './child.js'
import { freePort } from './peer-server.js'

// Debian's servers are where only root looks, PostgreSQL's are where nobody does.
const ELSEWHERE = [
  '/usr/sbin',
  '/usr/local/sbin',
  ...[13, 14, 15, 16, 17, 18].map((n) => `/usr/lib/postgresql/${n}/bin`),
]

/** Where a program is. */
export function find(program: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...ELSEWHERE]
  return folders.map((folder) => join(folder, program)).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The options of a test that needs `program`. */
export function needs(program: string, debianPackage = program): { timeout: number; skip: string | false } {
  const skip = find(program) === undefined ? `${program} is not installed (Debian: ${debianPackage})` : false
  return { timeout: 60_000, skip }
}

/** A folder that is gone when the test is over. */
export function folderFor(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'berkeley-peer-'))
  context.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A server that runs, and where. */
export interface RunningServer {
  readonly child: Child
  readonly port: number
}

/** For a server that cannot be asked for any free port: one that was free a moment ago has to do. */
export async function onFreePort(start: (port: number) => Promise<Child>): Promise<RunningServer> {
  for (let tries = 1; ; tries++) {
    const port = await freePort()
    try {
      return { child: await start(port), port }
    } catch (error) {
      if (tries === 5) throw error
    }
  }
}

/** redis-server on a port of the loopback interface. */
export function startRedisOnPort(context: TestContext): Promise<RunningServer> {
  const folder = folderFor(context)
  return onFreePort(async (port) => {
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no']
    const child = new Child(context, find('redis-server')!, args)
    await child.prints(/Ready to accept connections/i)
    return child
  })
}

/** PostgreSQL will not run as root: the words that make another user of it. */
function asOtherUser(): string[] {
  return process.getuid?.() === 0 ? ['/usr/bin/setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups'] : []
}

function postgresChild(context: TestContext, program: string, args: readonly string[]): Child {
  const words = [...asOtherUser(), find(program)!, ...args]
  // Its immediate shutdown, which waits for no client.
  return new Child(context, words[0]!, words.slice(1), { endBy: 'SIGQUIT' })
}

/** A new cluster of PostgreSQL databases on a port of the loopback interface; its user is `berkeley`. */
export async function startPostgres(context: TestContext): Promise<RunningServer> {
  const folder = folderFor(context)
  chmodSync(folder, 0o777)
  const data = join(folder, 'data')
  const made = await postgresChild(context, 'initdb', ['-D', data, '-U', 'berkeley', '-A', 'trust', '-N']).ended()
  if (made.code !== 0) throw new Error(`initdb: ${made.stderr}`)
  return onFreePort(async (port) => {
    const settings = ['fsync=off', 'unix_socket_directories=', 'listen_addresses=127.0.0.1', 'log_min_messages=log']
    const args = ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])]
    const child = postgresChild(context, 'postgres', args)
    await child.complains(/ready to accept connections/)
    return child
  })
}
