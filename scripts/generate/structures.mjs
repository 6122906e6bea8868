// The structures that are values of options: the fields of each, from the declarations and doc comments in src/options/.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

const FILES = ['structures.ts', 'address-structures.ts', 'tcp-info.ts']

/** The text of a doc comment in one line. */
function docOf(node) {
  const [doc] = ts.getJSDocCommentsAndTags(node)
  return (ts.getTextOfJSDocComment(doc?.comment) ?? '').replaceAll(/\s*\n\s*/g, ' ')
}

function fieldsOf(declaration, source) {
  return declaration.members.filter(ts.isPropertySignature).map((field) => {
    const optional = field.questionToken === undefined ? '' : ' (optional)'
    return [
      `\`${field.name.getText(source)}\`${optional}`,
      field.type.getText(source).replaceAll(/\s+/g, ' '),
      docOf(field),
    ]
  })
}

/** The names after `extends`. */
function inherited(declaration, source) {
  return (declaration.heritageClauses ?? []).flatMap(({ types }) => types.map((type) => type.getText(source)))
}

/** The exported structures: their names, comments, and a row for each field with its name, type and comment. */
export function readStructures(root) {
  return FILES.flatMap((file) => {
    const text = readFileSync(join(root, 'src', 'options', file), 'utf8')
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
    const exported = source.statements.filter(
      (node) =>
        ts.isInterfaceDeclaration(node) && node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword),
    )
    const own = new Map(exported.map((node) => [node.name.text, fieldsOf(node, source)]))
    return exported.map((node) => ({
      name: node.name.text,
      doc: docOf(node),
      fields: [...inherited(node, source).flatMap((base) => own.get(base) ?? []), ...own.get(node.name.text)],
    }))
  }).sort((one, other) => (one.name < other.name ? -1 : 1))
}

/** A string in the form of the formatter. */
function quoted(text) {
  return text.includes("'") ? JSON.stringify(text) : `'${text.replaceAll('\\', '\\\\')}'`
}

const LINE_WIDTH = 120

function property(name, text) {
  const line = `    ${name}: ${quoted(text)},`
  return line.length > LINE_WIDTH ? `    ${name}:\n      ${quoted(text)},\n` : `${line}\n`
}

/** What the command line shows of the fields of values: of those structures that can be read. */
export function fieldMeanings(optionLevels, structures) {
  const rows = Object.values(optionLevels).flatMap((options) => Object.values(options))
  const types = new Set(rows.filter(({ access }) => access !== 'write').map(({ type }) => type.replace(/\W.*$/, '')))
  const objects = structures
    .filter(({ name }) => types.has(name))
    .map(({ name, fields }) => {
      const properties = fields.map(([field, , doc]) => property(/^`(\w+)`/.exec(field)[1], doc))
      return `  ${name}: {\n${properties.join('')}  },\n`
    })
  return (
    '// Made by `npm run generate` from the structures in src/options/: change those instead.\n\n' +
    '/** What the fields of a value mean, by the type of the value. */\n' +
    `export const fieldMeanings: Readonly<Record<string, Readonly<Record<string, string>>>> = {\n${objects.join('')}}\n`
  )
}
