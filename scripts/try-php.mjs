// Tries PHP in WebAssembly, as @php-wasm/node publishes it, on this library's sockets: fsockopen, streams and servers of PHP,
// against a web server in another thread.
//   npm run build && node scripts/try-php.mjs [FOLDER]
// FOLDER has the package in its node_modules; without it, npm installs it into a temporary folder (260 MB).
//
// The program is linked with short names of imports, so that withSockets finds none of them. Its JavaScript lists which short
// name is which function; this script replaces the functions by that list.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { loopbackOnly, socketImports } from 'berkeley/emscripten'

const PACKAGE = '@php-wasm/node@1.0.0'
const PHP_VERSION = '8.3'

/** Each reply is longer than a socket's buffer, and the connection ends with it. */
const SERVER = `
  const { createServer } = require('node:http')
  const { parentPort } = require('node:worker_threads')
  const server = createServer((request, response) => {
    const body = 'berkeley. '.repeat(1_000_000)
    if (request.url === '/redirected') return response.writeHead(302, { Location: '/' }).end()
    if (request.method === 'POST') return void request.pipe(response)
    response.setHeader('Connection', 'close')
    response.end(body)
  })
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))
`

/** Programs of PHP, each with what it prints. */
const PROGRAMS = {
  'fsockopen: a request, and a reply of 10 MB': {
    code: `
      $stream = fsockopen('127.0.0.1', $port, $number, $message, 20);
      fwrite($stream, "GET / HTTP/1.0\\r\\n\\r\\n");
      echo trim(fgets($stream)), ' ', strlen(explode("\\r\\n\\r\\n", stream_get_contents($stream), 2)[1]);
      fclose($stream);`,
    prints: 'HTTP/1.1 200 OK 10000000',
  },
  'file_get_contents: a page, a redirection, and a POST of 1 MB': {
    code: `
      echo strlen(file_get_contents("http://127.0.0.1:$port/redirected")), ' ';
      $sent = str_repeat('x', 1 << 20);
      $request = ['method' => 'POST', 'content' => $sent, 'header' => 'Content-Type: text/plain'];
      $context = stream_context_create(['http' => $request]);
      echo file_get_contents("http://127.0.0.1:$port/", false, $context) === $sent ? 'same' : 'other';`,
    prints: '10000000 same',
  },
  'stream_socket_server: both ends in one thread, blocking, timed and non-blocking': {
    code: `
      $server = stream_socket_server('tcp://127.0.0.1:0', $number, $message);
      $client = stream_socket_client('tcp://' . stream_socket_get_name($server, false), $number, $message, 20);
      $accepted = stream_socket_accept($server, 20, $peer);
      echo $peer === stream_socket_get_name($client, false) ? 'named ' : "$peer is another ";
      fwrite($client, "line\\n");
      echo fgets($accepted);
      stream_set_timeout($accepted, 0, 50000);
      $before = hrtime(true);
      echo var_export(fgets($accepted), true), hrtime(true) - $before >= 50e6 ? ' after 50 ms ' : ' at once ';
      echo stream_get_meta_data($accepted)['timed_out'] ? 'timed out ' : '';
      stream_set_blocking($accepted, false);
      echo var_export(fread($accepted, 10), true), ' ';
      stream_set_blocking($accepted, true);
      fclose($client);
      fread($accepted, 10);
      echo feof($accepted) ? 'end' : 'no end';`,
    prints: "named line\nfalse after 50 ms timed out '' end",
  },
  'fsockopen: what is refused is an error': {
    code: `
      $closed = stream_socket_server('tcp://127.0.0.1:0');
      $name = stream_socket_get_name($closed, false);
      fclose($closed);
      echo var_export(@stream_socket_client("tcp://$name", $number, $message, 20), true), " $message, ";
      // The policy of this script allows the loopback interface alone.
      echo var_export(@stream_socket_client('tcp://192.0.2.1:80', $number, $message, 20), true);`,
    prints: 'false Connection refused, false',
  },
}

/** Installs the package. @returns the folder, and what removes it */
function install() {
  const folder = mkdtempSync(join(tmpdir(), 'berkeley-php-'))
  const args = ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', PACKAGE]
  execFileSync('npm', args, { stdio: ['ignore', 'inherit', 'inherit'] })
  return { folder, remove: () => rmSync(folder, { recursive: true }) }
}

/** The functions that a program imports, by their names in C, and the short names under which it does. */
function importNames(source) {
  const list = source.slice(source.indexOf('var wasmImports = {'))
  const rows = [
    ...list.slice(0, list.indexOf('};')).matchAll(/^\s*(?:\/\*\* @export \*\/)?\s*(\w+|"\w+"|\$\w*): (\w+)/gm),
  ]
  return rows.map(([, short, name]) => ({ short, name: name.replace(/^_/, '') }))
}

/** The short name under which a program exports its memory. */
function memoryName(source) {
  return /\bwasmMemory = wasmExports\["(.+?)"\]/.exec(source)[1]
}

/** Calls of PHP's own, where its streams wait for a socket and set options of one. */
function ownCalls(sockets, program, exports, original) {
  const call = (name, ...args) => Number(sockets.functions[name](...args))
  const isSocket = (fd) => (program.FS.getStream(fd)?.node.mode & 0o170000) === 0o140000
  const failed = (result) => (result < 0 ? -1 : result)
  const own = {
    wasm_setsockopt: (...args) => failed(call('__syscall_setsockopt', ...args)),
    wasm_shutdown: (...args) => failed(call('__syscall_shutdown', ...args)),
    wasm_close(fd) {
      program.FS.close(program.FS.getStream(fd))
      return 0
    },
    /** php_pollfd_for: poll(2) of one descriptor. It returns the events, or how many there are, which PHP only compares with 0. */
    wasm_poll_socket(fd, events, timeout) {
      const pointer = exports().malloc(8)
      try {
        const view = () => new DataView(exports().memory.buffer, pointer, 8)
        view().setInt32(0, fd, true)
        view().setInt32(4, events, true)
        return failed(call('__syscall_poll', pointer, 1, timeout))
      } finally {
        exports().free(pointer)
      }
    },
  }
  const guarded = ([name, replacement]) => [
    name,
    (fd, ...args) => (isSocket(fd) ? replacement(fd, ...args) : original[name](fd, ...args)),
  ]
  return Object.fromEntries(Object.entries(own).map(guarded))
}

/** The settings of PHP's program with sockets. */
function settingsWithSockets({ init, dependencyFilename }) {
  const source = init.toString()
  const names = importNames(source)
  const settings = {
    instantiateWasm(imports, receive) {
      let memory
      const exports = () => ({ memory, malloc: this.malloc, free: this.free })
      const table = imports.a
      const original = Object.fromEntries(names.map(({ short, name }) => [name, table[short]]))
      sockets = socketImports(this, { imports: original, exports, allow: loopbackOnly() })
      const functions = { ...sockets.functions, ...ownCalls(sockets, this, exports, original) }
      for (const { short, name } of names) if (functions[name] !== undefined) table[short] = functions[name]
      const module = new WebAssembly.Module(readFileSync(dependencyFilename))
      WebAssembly.instantiate(module, imports).then((instance) => {
        memory = instance.exports[memoryName(source)]
        receive(instance, module)
      })
      return {}
    },
  }
  let sockets
  return { settings, close: () => sockets.close() }
}

async function load(folder) {
  const from = (name) => import(pathToFileURL(join(folder, 'node_modules/@php-wasm', name, 'index.js')).href)
  const { getPHPLoaderModule } = await from('node')
  const { loadPHPRuntime, PHP, setPhpIniEntries } = await from('universal')
  const loader = await getPHPLoaderModule(PHP_VERSION)
  const { settings, close } = settingsWithSockets({ ...loader, dependencyFilename: wasmFile(folder, loader) })
  const php = new PHP(await loadPHPRuntime(loader, settings))
  await setPhpIniEntries(php, { allow_url_fopen: '1' })
  return { php, close }
}

/** The bundled script has lost the folder of its file. */
function wasmFile(folder, { dependencyFilename }) {
  if (existsSync(dependencyFilename)) return dependencyFilename
  return join(folder, 'node_modules/@php-wasm/node/asyncify', dependencyFilename.split('/').slice(-2).join('/'))
}

const given = process.argv[2]
const { folder, remove } = given === undefined ? install() : { folder: resolve(given), remove: () => {} }
const worker = new Worker(SERVER, { eval: true })
const port = await new Promise((found) => worker.once('message', found))
let failures = 0
try {
  const { php, close } = await load(folder)
  for (const [title, { code, prints }] of Object.entries(PROGRAMS)) {
    const { text, errors } = await php.run({ code: `<?php $port = ${port};${code}` })
    const isRight = text === prints
    console.log(`${isRight ? 'passed' : 'FAILED'}: ${title}`)
    if (isRight) continue
    failures++
    console.log(`  expected ${JSON.stringify(prints)}\n  printed  ${JSON.stringify(text)}\n  ${errors}`)
  }
  close()
} finally {
  await worker.terminate()
  remove()
}
// PHP's JavaScript leaves timers behind.
process.exit(failures === 0 ? 0 : 1)
