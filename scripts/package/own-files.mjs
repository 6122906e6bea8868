// A plugin of esbuild for what a module of src/ says about files of the package.
//
// `new URL('./thread.js', import.meta.url)` names a file by its place in dist/src. In the package all modules are in one
// folder, lib/, so the plugin rewrites the place, and reports each module that is named so: it is a program of its own,
// and becomes an entry. A path that leaves dist/src (`../../../report/page.html`) is one of the package's root.
//
// An import of the package by its own name is one of its sources: otherwise a bundle would have two copies of it.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative } from 'node:path'

const FILE_URL = /new URL\((['"`])([^'"`:]+)\1, (import\.meta\.url|here)\)/g

/** The name in lib/ of a module that is a program: `cli/compare/process/program` is `cli-compare-process-program`. */
export const programName = (module) => module.replaceAll('/', '-')

/** Where the package has what a module in `folder` names by `path`; undefined for the file of a user in an example. */
function placeInPackage(source, folder, path, programs) {
  const target = posix.join(folder, path)
  if (target === './') return './'
  if (target.startsWith('..')) return `../${target.replace(/^(\.\.\/)+/, '')}`
  const module = target.replace(/\.js$/, '')
  if (!existsSync(join(source, `${module}.ts`))) return undefined
  programs.add(module)
  return `./${programName(module)}.js`
}

/**
 * @param entries the entries of the package
 * @param programs a set, to which the modules that are programs of their own are added
 */
export function ownFiles(root, entries, programs) {
  const source = join(root, 'src')
  return {
    name: 'own-files',
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const folder = relative(source, dirname(path))
        if (folder.startsWith('..')) return undefined
        const rewritten = (text, quote, file, base) => {
          const place = placeInPackage(source, folder, file, programs)
          return place === undefined ? text : `new URL(${quote}${place}${quote}, ${base})`
        }
        return { contents: readFileSync(path, 'utf8').replace(FILE_URL, rewritten), loader: 'ts' }
      })
      build.onResolve({ filter: /^berkeley(\/|$)/ }, ({ path }) => {
        const key = path.replace(/^berkeley/, '.')
        const entry = entries.find((candidate) => candidate.key === key)
        return entry === undefined ? undefined : { path: join(source, `${entry.module}.ts`) }
      })
    },
  }
}
