// The comparison against servers that nobody here wrote.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Comparison } from '../../src/cli/compare/comparison.js'
import { WAY_NAMES } from '../../src/cli/compare/way-names.js'
import { createServer, type InetAddress } from '../../src/index.js'
import { Child, run } from '../support/child.js'
import { find, needs, startRedisOnPort } from '../support/debian.js'
import { temporaryFolder } from '../support/folders.js'

const CONNECTIONS = 5
const REQUESTS = 40

/** nginx with one small page, on a listening socket of ours. It ends a connection after 25 requests. */
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
  const { outcomes, workload } = JSON.parse(stdout.toString()) as Comparison
  assert.equal(workload.target.host, '127.0.0.1')
  for (const { way, figures } of outcomes) assert.equal(figures!.requests, CONNECTIONS * REQUESTS, way)
  assert.deepEqual(
    outcomes.map(({ way }) => way),
    [...WAY_NAMES],
  )
}

test(
  'nginx: every way has every page, over connections that it ends now and then',
  needs('nginx', 'nginx-light'),
  async (context) => {
    await assertCompared(context, startNginx(context), 'http')
  },
)

test('redis: every way has every PONG', needs('redis-server'), async (context) => {
  const { port } = await startRedisOnPort(context)
  await assertCompared(context, port, 'redis-ping')
})
