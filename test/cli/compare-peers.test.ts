// berkeley compare against nginx and redis.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Comparison } from '../../src/cli/compare/output/comparison.js'
import { MODE_NAMES } from '../../src/cli/compare/workload/mode-names.js'
import { createServer, type InetAddress } from '../../src/index.js'
import { Child, run } from '../support/child.js'
import { find, needs, startRedisOnPort } from '../support/debian.js'
import { temporaryFolder } from '../support/folders.js'

const CONNECTIONS = 5
const REQUESTS = 40

/** Starts nginx with one small page on an inherited listening socket. It closes a connection after 25 requests. */
function startNginx(context: TestContext): number {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'index.html'), 'a page\n')
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  const { port } = listener.getSockName() as InetAddress
  const temporaries = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  const http = [
    'access_log off; keepalive_requests 25;',
    ...temporaries.map((name) => `${name}_temp_path ${folder}/${name};`),
    `server { listen 127.0.0.1:${port}; root ${folder}; }`,
  ]
  const main = `daemon off; worker_processes 1; pid ${folder}/pid; error_log stderr; user root; events {}`
  writeFileSync(join(folder, 'nginx.conf'), `${main}\nhttp { ${http.join('\n')} }\n`)
  const inherited = { env: { NGINX: '3;' }, descriptors: [listener.fd] }
  const args = ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr']
  new Child(context, find('nginx')!, args, { ...inherited, endBy: 'SIGTERM' })
  return port
}

async function assertCompared(context: TestContext, port: number, protocol: string): Promise<void> {
  const size = ['--connections', String(CONNECTIONS), '--requests', String(REQUESTS)]
  const args = ['compare', 'localhost', String(port), '--protocol', protocol, ...size, '--json', '--no-strace']
  const { code, stdout, stderr } = await run(context, 'src/cli/main.js', args)
  assert.equal(code, 0, stderr)
  const { results, workload } = JSON.parse(stdout.toString()) as Comparison
  assert.equal(workload.target.host, '127.0.0.1')
  for (const { mode, figures } of results) assert.equal(figures!.requests, CONNECTIONS * REQUESTS, mode)
  assert.deepEqual(
    results.map(({ mode }) => mode),
    [...MODE_NAMES],
  )
}

test(
  'compare: every mode receives every page of nginx, which closes some connections',
  needs('nginx', 'nginx-light'),
  async (context) => {
    await assertCompared(context, startNginx(context), 'http')
  },
)

test('compare: every mode receives every PONG of redis', needs('redis-server'), async (context) => {
  const { port } = await startRedisOnPort(context)
  await assertCompared(context, port, 'redis-ping')
})
