// Debian's programs that tests talk to: where they are installed, how a test requires them, how servers are started.
import { accessSync, chmodSync, chownSync, constants, statSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { TestContext } from 'node:test'
import { createServer, type InetAddress } from 'berkeley'
import { Child } from './child.js'
import { temporaryFolder } from './folders.js'
import { freePort } from './listeners.js'

// Debian installs servers outside of a user's PATH, and PostgreSQL's programs outside of every PATH.
const ELSEWHERE = [
  '/usr/sbin',
  '/usr/local/sbin',
  ...[13, 14, 15, 16, 17, 18].map((n) => `/usr/lib/postgresql/${n}/bin`),
]

/** The path of a program. */
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

/** The options of a test that requires `program`. */
export function needs(program: string, debianPackage = program): { timeout: number; skip: string | false } {
  const skip = find(program) === undefined ? `${program} is not installed (Debian: ${debianPackage})` : false
  return { timeout: 60_000, skip }
}

/** A running server and its port. */
export interface RunningServer {
  readonly child: Child
  readonly port: number
}

/** Starts a server that cannot choose a free port itself: it is given one that was free a moment ago, a few times. */
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

/** Starts redis-server on a port of the loopback interface. `listens` returns the arguments that make it listen there. */
export function startRedisOnPort(
  context: TestContext,
  listens = (port: number): string[] => ['--port', String(port)],
): Promise<RunningServer> {
  const folder = temporaryFolder()
  return onFreePort(async (port) => {
    const args = [...listens(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no']
    const child = new Child(context, find('redis-server')!, args)
    await child.prints(/Ready to accept connections/i)
    return child
  })
}

/** Starts nginx for a folder, with further directives. Its listener is inherited: clients can connect before it has started. */
export function startNginx(context: TestContext, site: string, more: { http?: string; server?: string } = {}): number {
  const folder = temporaryFolder()
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  const { port } = listener.getSockName() as InetAddress
  const temporaries = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  const configuration = `
    daemon off; worker_processes 1; pid ${folder}/pid; error_log stderr; user root;
    events {}
    http {
      access_log off; ${more.http ?? ''}
      ${temporaries.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n      ')}
      server { listen 127.0.0.1:${port}; root ${site}; ${more.server ?? ''} }
    }`
  writeFileSync(join(folder, 'nginx.conf'), configuration)
  const args = ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr']
  const inherited = { env: { NGINX: '3;' }, descriptors: [listener.fd] }
  new Child(context, find('nginx')!, args, { ...inherited, endBy: 'SIGTERM' })
  return port
}

/** PostgreSQL refuses to run as root: the command line that runs it as another user. */
function asOtherUser(): string[] {
  return process.getuid?.() === 0 ? ['/usr/bin/setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups'] : []
}

function postgresChild(context: TestContext, program: string, args: readonly string[]): Child {
  // SIGQUIT is its immediate shutdown, which waits for no client.
  return new Child(context, find(program)!, args, { prefix: asOtherUser(), endBy: 'SIGQUIT' })
}

/** Puts the server's certificate and key where PostgreSQL looks for them. It reads no key of another user's. */
function writeIdentity(data: string, { cert, key }: PostgresIdentity): void {
  const { uid, gid } = statSync(data)
  writeFileSync(join(data, 'server.crt'), cert)
  writeFileSync(join(data, 'server.key'), key, { mode: 0o600 })
  for (const name of ['server.crt', 'server.key']) chownSync(join(data, name), uid, gid)
}

/** A certificate and its key, in PEM. */
interface PostgresIdentity {
  readonly cert: string
  readonly key: string
}

/**
 * Starts PostgreSQL with a new cluster on a port of the loopback interface; its user is `berkeley`. With an identity it
 * speaks TLS to a client that asks for it.
 */
export async function startPostgres(context: TestContext, identity?: PostgresIdentity): Promise<RunningServer> {
  const folder = temporaryFolder()
  chmodSync(folder, 0o777)
  const data = join(folder, 'data')
  const made = await postgresChild(context, 'initdb', ['-D', data, '-U', 'berkeley', '-A', 'trust', '-N']).ended()
  if (made.code !== 0) throw new Error(`initdb: ${made.stderr}`)
  if (identity !== undefined) writeIdentity(data, identity)
  return onFreePort(async (port) => {
    const places = ['unix_socket_directories=', 'listen_addresses=127.0.0.1']
    const settings = ['fsync=off', 'log_min_messages=log', ...places, ...(identity === undefined ? [] : ['ssl=on'])]
    const args = ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])]
    const child = postgresChild(context, 'postgres', args)
    await child.complains(/ready to accept connections/)
    return child
  })
}

/** As root, MariaDB runs as the user of Debian's package. */
function asMysqlUser(): string[] {
  return process.getuid?.() === 0 ? ['--user=mysql'] : []
}

/** Starts MariaDB with a new data directory, on a port of the loopback interface, after statements of SQL, one a line. */
export async function startMariadb(context: TestContext, statements: readonly string[]): Promise<RunningServer> {
  const folder = temporaryFolder()
  chmodSync(folder, 0o777)
  const data = join(folder, 'data')
  writeFileSync(join(folder, 'start.sql'), statements.join('\n'))
  // Options are read from no file, and what nothing here needs is left out, so that it starts in seconds.
  const common = ['--no-defaults', ...asMysqlUser(), `--datadir=${data}`, '--innodb-log-file-size=4M']
  const makes = [...common, '--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve']
  const made = await new Child(context, find('mariadb-install-db')!, makes).ended()
  if (made.code !== 0) throw new Error(`mariadb-install-db: ${made.stderr}`)
  return onFreePort(async (port) => {
    const places = [
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      `--socket=${folder}/socket`,
      `--pid-file=${folder}/pid`,
    ]
    const settings = ['--skip-name-resolve', '--max-allowed-packet=16M', `--init-file=${folder}/start.sql`]
    const child = new Child(context, find('mariadbd')!, [...common, ...places, ...settings])
    await child.complains(/ready for connections/)
    return child
  })
}

/** Starts the broker Mosquitto on a port of the loopback interface. */
export function startMosquitto(context: TestContext): Promise<RunningServer> {
  return onFreePort(async (port) => {
    const child = new Child(context, find('mosquitto')!, ['-p', String(port)])
    await child.complains(/running/)
    return child
  })
}
