// Rolls the declarations of each entry up into one file, lib/NAME.d.ts, from those that the compiler has made in dist/src.
//
// rollup-plugin-dts and not api-extractor: with several entries a class that two of them mention must be one declaration,
// or its private members make two types of it. rollup shares it as a chunk; api-extractor rolls each entry up for itself.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rollup } from 'rollup'
import { dts } from 'rollup-plugin-dts'
import ts from 'typescript'

/** What the project of a user needs for Buffer and Disposable, whatever its `lib` and `types` are. */
const NODE_TYPES = '/// <reference types="node" />\n'

const inputOf = (root, { module }) => join(root, 'dist', 'src', `${module}.d.ts`)

/** The declarations of one run of rollup, by the name of the file. */
async function rollUp(root, entries, isShared) {
  const bundled = await rollup({
    input: Object.fromEntries(entries.map((entry) => [entry.name, inputOf(root, entry)])),
    plugins: [ownNames(root, entries), dts({ tsconfig: join(root, 'tsconfig.json') })],
    external: [/^[^./]/],
    onwarn(warning, warn) {
      // `mergedInterfaces` does what this warning says is not done.
      if (!/augments names that the target chunk does not export/.test(warning.message)) warn(warning)
    },
  })
  const { output } = await bundled.generate({
    format: 'es',
    entryFileNames: '[name].d.ts',
    chunkFileNames: '[name].d.ts',
    manualChunks: (id) => (isShared(id) ? 'library' : undefined),
  })
  await bundled.close()
  return output
}

/** An import of the package by its own name. */
const ownNames = (root, entries) => ({
  name: 'own-names',
  resolveId(id) {
    const entry = /^berkeley(\/|$)/.test(id) && entries.find(({ key }) => key === id.replace(/^berkeley/, '.'))
    return entry ? inputOf(root, entry) : null
  },
})

/**
 * An interface that another module augments is in the same file now: `declare module './extensions.js' { interface A {} }`
 * becomes `interface A {}`, which the compiler merges.
 */
function mergedInterfaces(text) {
  return text.replaceAll(/^declare module ['"]\.[^'"]*['"] \{\n([\s\S]*?)^\}\n/gm, (_, body) =>
    body.replaceAll(/^ {4}/gm, ''),
  )
}

/** With tabs in place of the four spaces that rollup indents by: 8 kB less. */
function indentedByTabs(text) {
  return text.replaceAll(/^(?: {4})+/gm, (spaces) => '\t'.repeat(spaces.length / 4))
}

/**
 * The values that the file exports are those of src/index.ts: rollup exports a class as a value where only its type is
 * exported, and what an augmented module exports to its neighbours.
 */
function exportsOf(root, text) {
  const source = readFileSync(join(root, 'src', 'index.ts'), 'utf8')
  const isType = (name) => new RegExp(`\\btype ${name}\\b|^export type \\{[^}]*\\b${name}\\b`, 'm').test(source)
  const starred = [...source.matchAll(/^export \* from '(\.[^']+)\.js'/gm)].map(([, path]) =>
    readFileSync(join(root, 'src', `${path}.ts`), 'utf8'),
  )
  const isValue = (name) =>
    new RegExp(`\\b${name}\\b`).test(source) ||
    starred.some((module) => new RegExp(`^export (const|function|class) ${name}\\b`, 'm').test(module))
  return text.replace(/^export \{ ([^}]*) \};$/m, (_, list) => {
    const names = list.split(', ').filter((name) => isType(name) || isValue(name))
    return `export { ${names.map((name) => (isType(name) ? `type ${name}` : name)).join(', ')} };`
  })
}

/**
 * The declarations of the package, by the name of the file.
 * @param entries the entries of package.json's `exports`
 */
export async function declarations(root, entries) {
  const main = entries.filter(({ key }) => key === '.')
  let output = await rollUp(root, main, () => false)
  if (entries.length > main.length) {
    // What the main entry uses is one chunk, so that an interface and what augments it stay together.
    const shared = new Set(output.flatMap((chunk) => Object.keys(chunk.modules)))
    output = await rollUp(root, entries, (id) => shared.has(id))
  }
  return Object.fromEntries(
    output.map(({ fileName, code }) => {
      const text = indentedByTabs(mergedInterfaces(code).replace(NODE_TYPES, ''))
      return [fileName, NODE_TYPES + (fileName === 'index.d.ts' ? exportsOf(root, text) : text)]
    }),
  )
}

/** Declarations without comments: what a change of the public interface changes. */
export function withoutComments(name, text) {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, false, ts.ScriptKind.TS)
  return ts.createPrinter({ removeComments: true }).printFile(source)
}
