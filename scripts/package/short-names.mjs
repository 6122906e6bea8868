// Shortens the identifiers of a bundle, except those of the file's own level: a function and a class get their names, which
// stack traces and console.log show, from there. esbuild's `keepNames` would shorten these too and set each name again by a
// call of Object.defineProperty when the file is imported: 370 calls in the core, a quarter of the time that importing it took.
import { transform } from 'esbuild'
import ts from 'typescript'

/**
 * A call of eval may use any name of the scopes around it, so esbuild leaves these names as they are. It is in a function of its
 * own, which is removed: a statement would be joined with others.
 */
const MARK = 'function namesOfTheFile(){eval("")}'
/** A line may end within it. */
const MARKED = /function\s+namesOfTheFile\s*\(\s*\)\s*\{\s*eval\s*\(\s*""\s*\)\s*\}/

const isFunction = (node) => ts.isArrowFunction(node) || ts.isFunctionExpression(node) || ts.isClassExpression(node)

/** The names that a declaration or a pattern (`const { resolve } = ...`) binds. */
const boundBy = ({ name }) => (ts.isIdentifier(name) ? [name.text] : name.elements.flatMap(boundBy))

/** The names that an import binds. */
function imported({ importClause }) {
  const { name, namedBindings } = importClause ?? {}
  if (namedBindings === undefined) return name === undefined ? [] : [name.text]
  const bindings = ts.isNamedImports(namedBindings) ? namedBindings.elements : [namedBindings]
  return [...(name === undefined ? [] : [name.text]), ...bindings.flatMap(boundBy)]
}

/**
 * What the file's own level declares: the identifier, whether it is a function or a class, and the node of the name inside a
 * class that uses itself (`_Socket` in `var Socket = class _Socket`).
 */
function declarations(text) {
  const { statements } = ts.createSourceFile('bundle.js', text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS)
  return statements.flatMap((statement) => {
    if (ts.isFunctionDeclaration(statement)) return [{ identifier: statement.name.text, isNamed: true }]
    if (ts.isImportDeclaration(statement)) return imported(statement).map((identifier) => ({ identifier }))
    if (!ts.isVariableStatement(statement)) return []
    return statement.declarationList.declarations.flatMap((declaration) => {
      const { initializer } = declaration
      const isNamed = initializer !== undefined && isFunction(initializer)
      const inner = isNamed && ts.isClassExpression(initializer) ? initializer.name : undefined
      return boundBy(declaration).map((identifier) => ({ identifier, isNamed, inner }))
    })
  })
}

/**
 * Sets, at the end of the file, the names of functions and classes that have a number from 2 on, which esbuild adds where several
 * modules have a name: `adopt`, `adopt2`, `adopt3`.
 */
function settingNames(text) {
  const all = declarations(text)
  const identifiers = new Set(all.map(({ identifier }) => identifier))
  const numbered = all.flatMap(({ identifier, isNamed }) => {
    const [, base, number] = (isNamed && /^(.*\D)(\d+)$/.exec(identifier)) || []
    return base !== undefined && identifiers.has(number > 2 ? `${base}${number - 1}` : base) ? [[identifier, base]] : []
  })
  if (numbered.length === 0) return ''
  const pairs = numbered.map(([identifier, name]) => `[${identifier},"${name}"]`).join(',')
  return `\nfor(let[f,value]of[${pairs}])Object.defineProperty(f,"name",{value,configurable:true})`
}

/** Where a file has `{ name }` for `{ name: name }`. */
function shorthandPlaces(source) {
  const places = new Set()
  const visit = (node) => {
    if (ts.isShorthandPropertyAssignment(node)) places.add(node.name.getStart())
    ts.forEachChild(node, visit)
  }
  visit(source)
  return places
}

/** Renames what is at a position, in a file by itself, without the types of anything else. */
function renamer(text) {
  const file = '/bundle.js'
  const options = { allowJs: true, noLib: true, noResolve: true, types: [], target: ts.ScriptTarget.Latest }
  const service = ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => [file],
    getScriptVersion: () => '1',
    getScriptSnapshot: (name) => (name === file ? ts.ScriptSnapshot.fromString(text) : undefined),
    getCurrentDirectory: () => '/',
    getDefaultLibFileName: () => '/lib.d.ts',
    fileExists: (name) => name === file,
    readFile: () => text,
  })
  const shorthands = shorthandPlaces(service.getProgram().getSourceFile(file))
  return (position, name) =>
    service.findRenameLocations(file, position, false, false, {}).map(({ textSpan: { start, length } }) => {
      const former = text.slice(start, start + length)
      return { start, end: start + length, text: shorthands.has(start) ? `${former}:${name}` : name }
    })
}

/**
 * Gives classes that use themselves their identifiers inside too. Their names, and "Class constructor Socket cannot be invoked
 * without 'new'", are those.
 */
function withClassNames(text) {
  const classes = declarations(text).filter(({ inner }) => inner !== undefined)
  if (classes.length === 0) return text
  const rename = renamer(text)
  const changes = classes.flatMap(({ identifier, inner }) => rename(inner.getStart(), identifier))
  let renamed = text
  for (const change of changes.sort((a, b) => b.start - a.start))
    renamed = renamed.slice(0, change.start) + change.text + renamed.slice(change.end)
  return renamed
}

/**
 * @param text what esbuild has made with `minifyIdentifiers: false`
 * @param options those of the bundle: `target`, `lineLimit`
 */
export async function withShortNames(text, { target, lineLimit }) {
  const { code } = await transform(`${text}${settingNames(text)}\n${MARK}`, {
    target,
    lineLimit,
    minifyIdentifiers: true,
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    logOverride: { 'direct-eval': 'silent' },
  })
  if (!MARKED.test(code)) throw new Error('esbuild has changed the mark that keeps the names of the file')
  return withClassNames(code.replace(MARKED, ''))
}
