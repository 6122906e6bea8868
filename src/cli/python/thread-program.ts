// The worker in which a Python program runs. Its exit status is the program's.

import { parentPort, workerData } from 'node:worker_threads'
import { allowHosts, loadPyodideWithSockets, loopbackOnly } from '../../pyodide/index.js'
import { foldersFor, type MountingFileSystem, mountFolders } from './host-folders.js'
import type { PythonRun } from './python.js'
import { connectStandardStreams, type StreamingPyodide } from './standard-streams.js'

/** Runs the program as `python FILE` does. @returns its exit status */
const RUN = `
def run(path, args):
    import atexit
    import importlib
    import os
    import sys
    import traceback
    import types

    sys.argv = [path, *args]
    sys.path[0:0] = [os.path.dirname(path)]
    sys.path_importer_cache.clear()
    importlib.invalidate_caches()
    main = types.ModuleType('__main__')
    main.__file__ = path
    main.__builtins__ = __builtins__
    sys.modules['__main__'] = main

    def status():
        try:
            with open(path, 'rb') as file:
                code = compile(file.read(), path, 'exec')
            exec(code, main.__dict__)
        except SystemExit as exit:
            if exit.code is None or isinstance(exit.code, int):
                return (exit.code or 0) & 0xff
            print(exit.code, file=sys.stderr)
            return 1
        except BaseException as error:
            # The first frame is this function's.
            traceback.print_exception(type(error), error, error.__traceback__.tb_next)
            return 130 if isinstance(error, KeyboardInterrupt) else 1
        return 0

    result = status()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            result = result or 120
    return result

run
`

const { file, args, interrupts, allow, loopbackOnly: isLoopbackOnly, pyodide: folder } = workerData as PythonRun

function policy() {
  if (allow !== undefined) return { allow: allowHosts(allow) }
  return isLoopbackOnly ? { allow: loopbackOnly() } : {}
}

/** Everything of the environment but what would lead CPython to the files of another Python. */
function environment(): NodeJS.ProcessEnv {
  const { PYTHONHOME: _, ...env } = process.env
  return { PYTHONINSPECT: '', ...env }
}

const pyodide = await loadPyodideWithSockets({
  ...policy(),
  config: { env: environment(), ...(folder !== undefined && { indexURL: folder }) },
})
connectStandardStreams(pyodide as unknown as StreamingPyodide)
mountFolders(pyodide.FS as MountingFileSystem, foldersFor(file))
pyodide.setInterruptBuffer(interrupts as never)
const run = pyodide.runPython(RUN) as (path: string, args: unknown) => number
parentPort!.postMessage('running')
process.exit(run(file, pyodide.toPy(args)))
