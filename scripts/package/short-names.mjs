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

/** What the file's own level declares: the identifier, and for a function or a class the name that it has by itself. */
function declarations(text) {
  const { statements } = ts.createSourceFile('bundle.js', text, ts.ScriptTarget.Latest, false, ts.ScriptKind.JS)
  return statements.flatMap((statement) => {
    if (ts.isFunctionDeclaration(statement)) return [{ identifier: statement.name.text, name: statement.name.text }]
    if (ts.isImportDeclaration(statement)) return imported(statement).map((identifier) => ({ identifier }))
    if (!ts.isVariableStatement(statement)) return []
    return statement.declarationList.declarations.flatMap((declaration) => {
      const { initializer } = declaration
      const isNamed = initializer !== undefined && isFunction(initializer)
      const own = isNamed ? initializer.name?.text : undefined
      return boundBy(declaration).map((identifier) =>
        isNamed ? { identifier, name: own ?? identifier } : { identifier },
      )
    })
  })
}

/**
 * The functions and classes whose names must be set: esbuild adds a number from 2 on where several modules have a name
 * (`adopt`, `adopt2`, `adopt3`), and an underscore to a class that uses itself (`var Socket = class _Socket`).
 */
function changedNames(text) {
  const all = declarations(text)
  const identifiers = new Set(all.map(({ identifier }) => identifier))
  const isNumbered = (base, number) => identifiers.has(number > 2 ? `${base}${number - 1}` : base)
  return all.flatMap(({ identifier, name }) => {
    if (name === undefined) return []
    if (name !== identifier) return [[identifier, identifier]]
    const [, base, number] = /^(.*\D)(\d+)$/.exec(identifier) ?? []
    return base !== undefined && isNumbered(base, Number(number)) ? [[identifier, base]] : []
  })
}

/** Sets those names again, at the end of the file. */
function settingNames(changed) {
  if (changed.length === 0) return ''
  const pairs = changed.map(([identifier, name]) => `[${identifier},"${name}"]`).join(',')
  return `\nfor(let[f,value]of[${pairs}])Object.defineProperty(f,"name",{value,configurable:true})`
}

/**
 * @param text what esbuild has made with `minifyIdentifiers: false`
 * @param options those of the bundle: `target`, `lineLimit`
 */
export async function withShortNames(text, { target, lineLimit }) {
  const { code } = await transform(`${text}${settingNames(changedNames(text))}\n${MARK}`, {
    target,
    lineLimit,
    minifyIdentifiers: true,
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    logOverride: { 'direct-eval': 'silent' },
  })
  if (code.split(MARK).length !== 2) throw new Error('esbuild has changed the mark that keeps the names of the file')
  return code.replace(MARK, '')
}
