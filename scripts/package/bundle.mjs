// Bundles src/ into lib/ of the package: a file for each entry and each program, which share chunks.
//
// All that src/index.ts imports is one chunk, because every entry imports it: a program that imports the package loads
// two files. The code of the command line, with its libraries, is in files of its own, which import the library by
// ./index.js as a user would.
//
// Identifiers are shortened. Classes and functions of the library keep their names, which stack traces and console.log show,
// and lines end after a thousand characters, because Node prints the line of an uncaught error. There are no comments. There are no source maps: with
// the sources inside they would weigh more than the code, and in the repository the tests run dist/src, which has them.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import { ownFiles, programName } from './own-files.mjs'

/** Packages that a bundle leaves to be installed beside it. */
function externals({ dependencies, peerDependencies, optionalDependencies }) {
  return Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies })
}

/** Modules of CommonJS in a bundle call `require` for Node's own modules. */
const REQUIRE =
  "import { createRequire as __createRequire } from 'node:module'\nconst require = __createRequire(import.meta.url)"

/**
 * A class that mentions itself is `var Name = class _Name {...}` in a bundle: a user would see `_SocketError` in the
 * output of every uncaught error. Inside the class `Name` means the same.
 */
function withClassNames(text) {
  const names = [...text.matchAll(/\b([A-Z]\w{2,})=class _\1\b/g)].map(([, name]) => name)
  return names.length === 0 ? text : text.replaceAll(new RegExp(`\\b_(${names.join('|')})\\b`, 'g'), '$1')
}

/** Bundles until each program that a module names is an entry. */
async function bundleWithPrograms(options, root, { exports }, entryPoints) {
  const programs = new Set()
  for (;;) {
    const found = new Set(programs)
    const points = Object.fromEntries([...found].map((module) => [programName(module), module]))
    const result = await build({
      ...options,
      write: false,
      entryPoints: { ...entryPoints, ...points },
      plugins: [...options.plugins, ownFiles(root, exports, programs)],
    })
    if (programs.size > found.size) continue
    for (const { path, text } of result.outputFiles) {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, withClassNames(text))
    }
    return result
  }
}

/** Every entry of the library imports all of it beside its own module. */
const libraryInEach = (root) => ({
  name: 'library-in-each',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /.*/ }, ({ path, kind }) =>
      kind === 'entry-point' ? { path: join(root, 'src', `${path}.ts`), namespace: 'entry' } : undefined,
    )
    onLoad({ filter: /.*/, namespace: 'entry' }, ({ path }) => ({
      contents: `import './index.ts'\nexport * from ${JSON.stringify(path)}`,
      resolveDir: join(root, 'src'),
      loader: 'ts',
    }))
  },
})

const commandLineEntries = (root) => ({
  name: 'command-line-entries',
  setup({ onResolve }) {
    onResolve({ filter: /.*/ }, ({ path, kind }) =>
      kind === 'entry-point' ? { path: join(root, 'src', `${path}.ts`) } : undefined,
    )
  },
})

/** For the command line, the library's entries are the files beside it: a second copy would have a state of its own. */
const libraryBeside = (root, exported) => ({
  name: 'library-beside',
  setup({ onResolve }) {
    const names = new Map(exported.map(({ module, name }) => [join(root, 'src', `${module}.js`), name]))
    onResolve({ filter: /\/index\.js$/ }, ({ path, resolveDir }) => {
      const name = names.get(join(resolveDir, path))
      return name === undefined ? undefined : { path: `./${name}.js`, external: true }
    })
  },
})

/**
 * @param out the folder of the package
 * @returns the paths of all files that were bundled, relative to `root`
 */
export async function bundle(root, out, entries) {
  const lib = join(out, 'lib')
  rmSync(lib, { recursive: true, force: true })
  const options = {
    absWorkingDir: root,
    outdir: lib,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    minifySyntax: true,
    minifyWhitespace: true,
    minifyIdentifiers: true,
    lineLimit: 1000,
    legalComments: 'none',
    chunkNames: '[name]-[hash]',
    metafile: true,
    logLevel: 'warning',
    external: externals(entries.manifest),
  }
  const points = (list) => Object.fromEntries(list.map(({ name, module }) => [name, module]))
  const library = await bundleWithPrograms(
    { ...options, keepNames: true, plugins: [libraryInEach(root)] },
    root,
    entries,
    points(entries.exports),
  )
  const commandLine = await bundleWithPrograms(
    {
      ...options,
      chunkNames: 'cli-[hash]',
      banner: { js: REQUIRE },
      plugins: [commandLineEntries(root), libraryBeside(root, entries.exports)],
    },
    root,
    entries,
    points(entries.bin),
  )
  return Object.keys({ ...library.metafile.inputs, ...commandLine.metafile.inputs })
}
