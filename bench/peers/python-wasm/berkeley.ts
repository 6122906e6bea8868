// The loops of loops.py in WebAssembly, on this library's sockets.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { loadPyodideWithSockets } from 'berkeley/pyodide'
import { measure, port, variant } from '../shared/measure.js'

// The compiled program is in dist/bench; Python stays beside its source.
const source = new URL('../../../../bench/peers/python-wasm/loops.py', import.meta.url)
const pyodide = await loadPyodideWithSockets()
pyodide.globals.set('port', port)
pyodide.runPython(`import socket\n${readFileSync(fileURLToPath(source), 'utf8')}`)
const loop = pyodide.globals.get(variant) as (count: number) => void

await measure(loop, 128)
