// Which names the modules of src/ export and import, read from the sources. They are formatted by Biome and compiled with
// `verbatimModuleSyntax`, so a statement has one form, and says where a name is a type.
import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

const NAMED = /^(?:import|export) \{([^}]*)\} from '(\.[^']+)\.js'/gm
const SIDE_EFFECTS = /^import '(\.[^']+)\.js'/gm
const ALL = /^export \* from '(\.[^']+)\.js'/gm

function valuesIn(list) {
  const names = list.split(',').map((name) => name.trim())
  return names.filter((name) => name !== '' && !name.startsWith('type ')).map((name) => name.split(' as ')[0])
}

/** The sources of src/ by their names, such as `async/reader`. */
export function readModules(root) {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  const modules = files.filter((file) => file.endsWith('.ts')).map((file) => file.slice(0, -3))
  return new Map(modules.map((module) => [module, readFileSync(join(root, 'src', `${module}.ts`), 'utf8')]))
}

const resolved = (module, path) => posix.join(posix.dirname(module), path)

/** The names that the modules for which `isImporter` is true import from each module. */
export function importedNames(sources, isImporter) {
  const names = new Map([...sources.keys()].map((module) => [module, new Set()]))
  for (const [module, source] of sources) {
    if (!isImporter(module)) continue
    for (const [, list, path] of source.matchAll(NAMED)) {
      for (const name of valuesIn(list)) names.get(resolved(module, path)).add(name)
    }
  }
  return names
}

/** The names that the modules for which `isImporter` is true import from each of Node's own modules but node:module. */
export function builtinNames(sources, isImporter) {
  const names = new Map()
  for (const [module, source] of sources) {
    if (!isImporter(module)) continue
    for (const [, list, builtin] of source.matchAll(/^import \{([^}]*)\} from '(node:[^']+)'/gm))
      names.set(builtin, new Set([...(names.get(builtin) ?? []), ...valuesIn(list)]))
  }
  return names
}

/** The modules that a module imports for values or for what they do. */
export function importsOf(sources, module) {
  const source = sources.get(module)
  const named = [...source.matchAll(NAMED)].filter(([, list]) => valuesIn(list).length > 0).map(([, , path]) => path)
  const others = [SIDE_EFFECTS, ALL].flatMap((pattern) => [...source.matchAll(pattern)].map(([, path]) => path))
  return [...named, ...others].map((path) => resolved(module, path))
}

/** What a module exports by a name: `function`, `async function` where it returns a promise, `class`, or `other`. */
export function kindOf(sources, module, name) {
  const source = sources.get(module)
  const declared = new RegExp(`^export (?:async )?(?:abstract )?(function|class|const|let)\\*? ${name}\\b`, 'm').exec(
    source,
  )
  if (declared?.[1] === 'function') return returnsPromise(source.slice(declared.index)) ? 'async function' : 'function'
  if (declared !== null) return declared[1] === 'class' ? 'class' : 'other'
  for (const [, list, path] of source.matchAll(/^export \{([^}]*)\} from '(\.[^']+)\.js'/gm)) {
    if (valuesIn(list).includes(name)) return kindOf(sources, resolved(module, path), name)
  }
  throw new Error(`src/${module}.ts: ${name} is not found among its exports`)
}

/** Whether the function that begins the text returns a promise. */
function returnsPromise(text) {
  return /\): ([^\n]*) \{$/m.exec(text)?.[1].startsWith('Promise<') === true
}
