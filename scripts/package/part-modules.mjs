// A plugin of esbuild that cuts the library into the parts of parts.mjs. What is imported from another part is replaced by a
// module that takes the bindings from it.
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { builtinNames, importedNames, importsOf, kindOf, readModules } from './module-names.mjs'
import { partOf } from './parts.mjs'

const runtime = join(dirname(fileURLToPath(import.meta.url)), 'runtime', 'parts.js')
/** The module from which code imports the functions of runtime/parts.js. */
export const RUNTIME = 'berkeley-parts'

/** The modules that src/index.ts imports, directly or not. */
function libraryModules(sources) {
  const found = new Set()
  const visit = (module) => {
    if (found.has(module)) return
    found.add(module)
    importsOf(sources, module).forEach(visit)
  }
  visit('index')
  found.delete('index')
  return found
}

/** The modules of each part, and what they import from each other. A module that src/index.ts does not import is in no part. */
export function readParts(root) {
  const sources = readModules(root)
  const modules = libraryModules(sources)
  const missing = [...modules].filter((module) => partOf(module) === undefined)
  if (missing.length > 0) throw new Error(`scripts/package/parts.mjs has no part for ${missing.join(', ')}`)
  const owner = (module) => {
    if (module === 'index') return 'core'
    return modules.has(module) ? partOf(module) : undefined
  }
  return {
    root,
    owner,
    modulesOf: (part) => [...modules].filter((module) => partOf(module) === part).sort(),
    /** The names that a part, or with `undefined` what is in none, imports from each module. */
    importedBy: (part) => importedNames(sources, (module) => owner(module) === part),
    /** The names that all but a part imports from each module. */
    importedOutside: (part) => importedNames(sources, (module) => owner(module) !== part),
    /** The names that a part imports from Node's own modules. */
    builtinsOf: (part) => builtinNames(sources, (module) => owner(module) === part),
    kindOf: (module, name) => kindOf(sources, module, name),
  }
}

/** A module that imports all modules of a part, and whose export makes an object of the bindings that others import. */
export function bindingsModule({ importedOutside, modulesOf }, part) {
  const names = importedOutside(part)
  const imports = []
  const members = []
  modulesOf(part).forEach((module, index) => {
    const list = [...names.get(module)].sort()
    imports.push(`import './${module}.ts'`)
    if (list.length === 0) return
    imports.push(`import { ${list.map((name) => `${name} as ${name}$${index}`).join(', ')} } from './${module}.ts'`)
    members.push(`'${module}': { ${list.map((name) => `${name}: ${name}$${index}`).join(', ')} }`)
  })
  return `${imports.join('\n')}\nexport const bindings = () => ({ ${members.join(', ')} })\n`
}

/** In place of a module of another part: its bindings, as they are when the importing file is loaded. */
function directModule(module, names) {
  if (names.length === 0) return ''
  const bindings = `part$('${partOf(module)}')['${module}']`
  return `import { part as part$ } from '${RUNTIME}'\nexport const { ${names.join(', ')} } = ${bindings}\n`
}

/** In place of a module of a lazy part: functions and classes that load it. */
function lazyModule(module, names, kindOf) {
  const lines = names.flatMap((name) => {
    const kind = kindOf(module, name)
    // esbuild fails where another kind is imported: its module belongs into the part of the importer.
    if (kind === 'other') return []
    const make = kind === 'class' ? 'lazyClass' : 'lazyFunction'
    const more = kind === 'async function' ? ', true' : ''
    return [`export const ${name} = /* @__PURE__ */ ${make}('${partOf(module)}', '${module}', '${name}'${more})`]
  })
  return `import { lazyClass, lazyFunction } from '${RUNTIME}'\n${lines.join('\n')}\n`
}

/**
 * @param own the part that is bundled; `undefined` for what is in none
 * @param isLazy whether functions and classes of other parts, except the core, are loaded on use
 * @param runtimeModule what `RUNTIME` is
 */
export function acrossParts({ root, owner, importedBy, kindOf }, own, isLazy, runtimeModule = { path: runtime }) {
  const source = join(root, 'src')
  const imported = importedBy(own)
  return {
    name: 'across-parts',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: new RegExp(`^${RUNTIME}$`) }, () => runtimeModule)
      onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir, kind }) => {
        if (kind !== 'import-statement' || !resolveDir.startsWith(source)) return undefined
        const module = relative(source, join(resolveDir, path)).replace(/\.[jt]s$/, '')
        if (owner(module) === undefined || owner(module) === own) return undefined
        return { path: module, namespace: 'other-part' }
      })
      onLoad({ filter: /.*/, namespace: 'other-part' }, ({ path }) => {
        const names = [...imported.get(path)].sort()
        const isDirect = !isLazy || owner(path) === 'core'
        return {
          contents: isDirect ? directModule(path, names) : lazyModule(path, names, kindOf),
          resolveDir: source,
        }
      })
    },
  }
}

/**
 * For the core: takes what it needs of Node's own modules by require(). An import of one makes Node read all that it exports,
 * and so load streams for node:fs, and parsers of arguments and MIME types for node:util.
 */
export function builtinsByRequire({ builtinsOf }) {
  const names = builtinsOf('core')
  return {
    name: 'builtins-by-require',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^node:/ }, ({ path }) => (names.has(path) ? { path, namespace: 'builtin' } : undefined))
      onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
        contents: `import { load as load$ } from '${RUNTIME}'
export const { ${[...names.get(path)].join(', ')} } = /* @__PURE__ */ load$('${path}')`,
      }))
    },
  }
}
