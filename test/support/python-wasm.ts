// Python in WebAssembly for tests. It takes seconds to load, so a test file loads it once. The servers that it talks to run
// in a worker, because Python blocks the thread.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadPyodideWithSockets, type Pyodide, type PyodideSocketOptions } from 'berkeley/pyodide'
import { root } from './folders.js'
import { startWorker } from './threads.js'

/** The ports of test/fixtures/pyodide/servers. */
export type Ports = Readonly<Record<'echo' | 'http' | 'smtp' | 'ftp' | 'signals' | 'silent', number>>

/** What a program wrote to its standard streams. */
interface Written {
  readonly stdout: Buffer
  readonly stderr: Buffer
}

export interface PythonWithServers {
  readonly pyodide: Pyodide
  readonly ports: Ports
  /** Runs Python code in a namespace of its own, with the ports as variables. */
  run(code: string, variables?: Readonly<Record<string, unknown>>): unknown
  /** Runs a program that serves at a port, until the reply to one request. @returns the reply, and the program's output */
  serves(port: number, request: string, path: string, ...args: (string | number)[]): Promise<[string, string]>
  /** Runs a program of the repository as `__main__`. @returns what it wrote */
  program(path: string, ...args: (string | number)[]): Written
  close(): Promise<unknown>
}

const PROGRAM = `
import io, sys
standard, sys.argv = (sys.stdout, sys.stderr), [path, *args]
sys.stdout, sys.stderr = written = io.TextIOWrapper(io.BytesIO()), io.TextIOWrapper(io.BytesIO())
try:
    exec(compile(source, path, 'exec'), {'__name__': '__main__'})
finally:
    sys.stdout, sys.stderr = standard
for stream in written:
    stream.flush()
' '.join(stream.buffer.getvalue().hex() for stream in written)
`

export async function startPython(options: PyodideSocketOptions): Promise<PythonWithServers> {
  const { worker, next } = startWorker('pyodide/servers')
  const ports = await next<Ports>()
  const pyodide = await loadPyodideWithSockets(options)
  const run = (code: string, variables: Readonly<Record<string, unknown>> = {}): unknown => {
    const globals = pyodide.toPy({ ...variables, ...ports })
    return pyodide.runPython(code, { globals })
  }
  const program = (path: string, ...args: (string | number)[]): Written => {
    const source = readFileSync(join(root, path), 'utf8')
    const written = run(PROGRAM, { source, path, args: args.map(String) }) as string
    const [stdout, stderr] = written.split(' ').map((hex) => Buffer.from(hex, 'hex'))
    return { stdout: stdout!, stderr: stderr! }
  }
  const serves = async (port: number, request: string, path: string, ...args: (string | number)[]) => {
    worker.postMessage({ port, request })
    const { stdout } = program(path, ...args)
    return [await next(), String(stdout)] as [string, string]
  }
  return { pyodide, ports, run, program, serves, close: () => worker.terminate() }
}
