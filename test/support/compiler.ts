// The TypeScript compiler: whether programs that use the package compile.
import { existsSync } from 'node:fs'
import ts from 'typescript'
import { root } from './folders.js'

/** The options that the package's own files are compiled with. */
export function ownOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile)
  return ts.parseJsonConfigFileContent(config, ts.sys, root).options
}

/** Compiles files, which exist or are in `sources` by their paths, and returns the compiler's messages. */
export function complaints(
  files: readonly string[],
  options: ts.CompilerOptions,
  sources: ReadonlyMap<string, string> = new Map(),
): string[] {
  const host = ts.createCompilerHost(options)
  const { readFile } = host
  host.fileExists = (path) => sources.has(path) || existsSync(path)
  host.readFile = (path) => sources.get(path) ?? readFile(path)
  const program = ts.createProgram(files, { ...options, noEmit: true }, host)
  return ts.getPreEmitDiagnostics(program).map(describe)
}

function describe({ file, start, messageText }: ts.Diagnostic): string {
  const message = ts.flattenDiagnosticMessageText(messageText, ' ')
  if (file === undefined || start === undefined) return message
  const { line } = file.getLineAndCharacterOfPosition(start)
  return `${file.fileName}:${line + 1}: ${message}`
}
