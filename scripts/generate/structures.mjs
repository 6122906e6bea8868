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
