// Bundles src/ into lib/ of the package: a file for each entry and each program, which share chunks.
//
// What src/index.ts exports is lib/index.js, with the code that the first socket needs; the rest of the library is in parts,
// lib/PART.cjs, which are loaded when they are first used: see parts.mjs. The further entries, and the programs that threads
// run, take what they need of the library from these. The code of the command line, with its libraries, is in files of its
// own, which import the library by ./index.js as a user would.
//
// Identifiers are shortened. Classes and functions of a file's own level keep their names, which stack traces and console.log
// show: see short-names.mjs.
// Lines end after 400 characters, because Node prints the line of an uncaught error. There are no comments, and no
// source maps: with the sources inside they would weigh more than the code, and in the repository the tests run dist/src,
// which has them.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { ownFiles, programName } from './own-files.mjs'
import { acrossParts, bindingsModule, builtinsByRequire, RUNTIME, readParts } from './part-modules.mjs'
import { LAZY_PARTS } from './parts.mjs'
import { withShortNames } from './short-names.mjs'

/** Packages that a bundle leaves to be installed beside it. */
function externals({ dependencies, peerDependencies, optionalDependencies }) {
  return Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies })
}

/** Modules of CommonJS in a bundle call `require` for Node's own modules. */
const REQUIRE =
  "import { createRequire as __createRequire } from 'node:module'\nconst require = __createRequire(import.meta.url)"

const STRING_WIDTH = join(dirname(fileURLToPath(import.meta.url)), 'runtime', 'string-width.cjs')

async function writeOutput({ outputFiles }, options) {
  for (const { path, text } of outputFiles) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, options.minifyIdentifiers ? text : await withShortNames(text, options))
  }
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
    await writeOutput(result, options)
    return result
  }
}

/**
 * lib/index.js: what src/index.ts exports, and on Socket, where no program sees it, what the other files need to reach the
 * parts. An export of its own would be one of the package, and a file of its own takes as long to find as a tenth of the
 * import.
 */
const PARTS = "Symbol.for('berkeley.parts')"
const CORE = `import { bindings } from './core-bindings.ts'
import { giveParts, lazyClass, lazyFunction, part, setCore } from '${RUNTIME}'
import { Socket } from './socket/socket.ts'
setCore(bindings)
Object.defineProperty(Socket, ${PARTS}, { value: { giveParts, lazyClass, lazyFunction, part } })
export * from './index.ts'
`

const coreEntry = (root, parts) => ({
  name: 'core-entry',
  setup({ onResolve, onLoad }) {
    const resolveDir = join(root, 'src')
    onResolve({ filter: /^core$/ }, ({ path }) => ({ path, namespace: 'core' }))
    onLoad({ filter: /.*/, namespace: 'core' }, () => ({ contents: CORE, resolveDir }))
    onResolve({ filter: /^\.\/core-bindings\.ts$/ }, () => ({ path: 'bindings', namespace: 'bindings' }))
    onLoad({ filter: /.*/, namespace: 'bindings' }, () => ({ contents: bindingsModule(parts, 'core'), resolveDir }))
  },
})

const partEntry = (root, parts, name) => ({
  name: 'part-entry',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /.*/ }, ({ path, kind }) => (kind === 'entry-point' ? { path, namespace: 'part' } : undefined))
    onLoad({ filter: /.*/, namespace: 'part' }, () => ({
      contents: bindingsModule(parts, name),
      resolveDir: join(root, 'src'),
      loader: 'ts',
    }))
  },
})

/** Another entry takes `part` from lib/index.js. */
const CORE_RUNTIME = { path: 'core', namespace: 'core-runtime' }

const coreRuntime = {
  name: 'core-runtime',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/index\.js$/ }, ({ path, namespace }) =>
      namespace === CORE_RUNTIME.namespace ? { path, external: true } : undefined,
    )
    onLoad({ filter: /.*/, namespace: 'core-runtime' }, () => ({
      contents: `import { Socket } from './index.js'\nexport const { lazyClass, lazyFunction, part } = Socket[${PARTS}]`,
    }))
  },
}

/** A part takes `part` from the function that it is. */
const partRuntime = {
  name: 'part-runtime',
  setup({ onLoad }) {
    onLoad({ filter: /.*/, namespace: 'part-runtime' }, () => ({
      contents: 'const { part } = parts$\nexport { part }',
    }))
  },
}

/** Bundles a part: a function that makes its modules, in lib/NAME.cjs. */
async function bundlePart(options, root, entries, parts, name) {
  const result = await build({
    ...options,
    write: false,
    splitting: false,
    format: 'cjs',
    entryPoints: [name],
    define: { 'import.meta.url': 'url$' },
    plugins: [
      partEntry(root, parts, name),
      partRuntime,
      acrossParts(parts, name, false, { path: 'part', namespace: 'part-runtime' }),
      ownFiles(root, entries.exports, new Set()),
    ],
  })
  const text = await withShortNames(result.outputFiles[0].text, options)
  const head = 'module.exports=(part$,require,url$)=>{const parts$={part:part$},module={exports:{}};'
  const file = join(options.outdir, `${name}.cjs`)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${head}${text}return module.exports.bindings()}\n`)
  return result
}

/** For bundlers, which do not see what is loaded at run time: the entries, with all parts. */
function writeForBundlers(lib, { exports }) {
  const folder = join(lib, 'for-bundlers')
  mkdirSync(folder)
  const imports = LAZY_PARTS.map((name) => `import ${name} from '../${name}.cjs'\n`).join('')
  writeFileSync(
    join(folder, 'parts.js'),
    `${imports}import { Socket } from '../index.js'\nSocket[${PARTS}].giveParts({ ${LAZY_PARTS.join(', ')} })\n`,
  )
  for (const { name } of exports)
    writeFileSync(join(folder, `${name}.js`), `import './parts.js'\nexport * from '../${name}.js'\n`)
}

const sourceEntries = (root) => ({
  name: 'source-entries',
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
    minifyIdentifiers: false,
    lineLimit: 400,
    legalComments: 'none',
    chunkNames: '[name]-[hash]',
    metafile: true,
    logLevel: 'warning',
    external: externals(entries.manifest),
  }
  const points = (list) => Object.fromEntries(list.map(({ name, module }) => [name, module]))
  const parts = readParts(root)
  const further = entries.exports.filter(({ key }) => key !== '.')
  const lazyParts = await Promise.all(
    LAZY_PARTS.map((name) => bundlePart({ ...options, plugins: [] }, root, entries, parts, name)),
  )
  const programs = new Set()
  const core = await build({
    ...options,
    splitting: false,
    write: false,
    entryPoints: { index: 'core' },
    plugins: [
      coreEntry(root, parts),
      builtinsByRequire(parts),
      acrossParts(parts, 'core', true),
      ownFiles(root, entries.exports, programs),
    ],
  })
  await writeOutput(core, options)
  const ofCore = await bundleWithPrograms(
    { ...options, plugins: [sourceEntries(root), acrossParts(parts, undefined, true, CORE_RUNTIME), coreRuntime] },
    root,
    entries,
    Object.fromEntries([...programs].map((module) => [programName(module), module])),
  )
  const library = await bundleWithPrograms(
    { ...options, plugins: [sourceEntries(root), acrossParts(parts, undefined, false, CORE_RUNTIME), coreRuntime] },
    root,
    entries,
    points(further),
  )
  writeForBundlers(lib, entries)
  const commandLine = await bundleWithPrograms(
    {
      ...options,
      minifyIdentifiers: true,
      chunkNames: 'cli-[hash]',
      alias: { 'string-width': STRING_WIDTH },
      banner: { js: REQUIRE },
      plugins: [sourceEntries(root), libraryBeside(root, entries.exports)],
    },
    root,
    entries,
    points(entries.bin),
  )
  const results = [...lazyParts, core, ofCore, library, commandLine]
  return Object.keys(Object.assign({}, ...results.map(({ metafile }) => metafile.inputs)))
}
