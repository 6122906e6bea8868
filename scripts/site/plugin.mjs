// The site: typedoc's own theme, with the guide in reading order in front of the reference.
//
// typedoc calls `load`. The theme has the search, the dark mode and the menu for small screens. Added here are the
// titles and addresses of the pages, the sidebar in sections, links to the previous and the next page, diagrams that
// follow the theme, and charts.
import { readFileSync } from 'node:fs'
import { DefaultTheme, JSX, KindRouter, PageEvent, ReflectionKind, RendererEvent } from 'typedoc'
import { addCharts } from './charts.mjs'
import { neighbours, pageName, sections, titleOf } from './contents.mjs'
import { inlineDiagrams } from './diagrams.mjs'

/** The name of the package, and of its main module. */
const PACKAGE = 'berkeley'

const isDocument = (model) => model.isDocument?.() === true
const sourceOf = (document) => document.project.files.getReflectionPath(document) ?? ''

/** The guide's pages keep the names of their files: guide/errors.html. */
class SiteRouter extends KindRouter {
  getIdealBaseName(reflection) {
    if (isDocument(reflection)) return `guide/${pageName(sourceOf(reflection))}`
    // classes/Socket.html, not classes/index.Socket.html: no two modules have a name in common.
    return super
      .getIdealBaseName(reflection)
      .replace(/\/(?:index|berkeley(?:_\w+)?|http|web|emscripten|pyodide|wasi)\./, '/')
  }
}

function documentsByName(project) {
  return new Map((project.documents ?? []).map((document) => [pageName(sourceOf(document)), document]))
}

/** The kinds of the reference's pages, as its sidebar groups them. */
const REFERENCE_GROUPS = [
  ['Classes', [ReflectionKind.Class]],
  ['Functions', [ReflectionKind.Function]],
  ['Interfaces and types', [ReflectionKind.Interface, ReflectionKind.TypeAlias]],
  ['Constants and options', [ReflectionKind.Variable, ReflectionKind.Reference]],
]

/** A module of the reference, with what it exports in groups. */
function inGroups({ text, path, children }) {
  const groups = REFERENCE_GROUPS.map(([group, kinds]) => ({
    text: group,
    children: children.filter(({ kind }) => kinds.includes(kind)),
  }))
  const title = text === PACKAGE ? 'Reference' : `Reference of ${text}`
  return { text: title, path, children: groups.filter(({ children }) => children.length > 0) }
}

class SiteTheme extends DefaultTheme {
  buildNavigation(project) {
    const isPage = ({ kind }) => kind === ReflectionKind.Document
    const reference = super.buildNavigation(project).filter((element) => !isPage(element))
    const documents = documentsByName(project)
    const guide = sections.map(({ section, pages }) => ({
      text: section,
      children: pages.flatMap((name) => {
        const document = documents.get(name)
        if (document === undefined) throw new Error(`docs/guide/contents.json names ${name}.md, which is not there`)
        return [{ text: document.name, path: this.router.getFullUrl(document), kind: ReflectionKind.Document }]
      }),
    }))
    return [...guide, ...reference.map(inGroups)]
  }
}

function pageLink(context, document, label, direction) {
  if (document === undefined) return JSX.createElement('span', null)
  return JSX.createElement(
    'a',
    { href: context.urlTo(document), class: direction, rel: direction },
    JSX.createElement('small', null, label),
    document.name,
  )
}

/** Links to the previous and the next page. */
function pager(context) {
  const { model, project } = context.page
  const isHome = model === project
  if (!isHome && !isDocument(model)) return JSX.createElement(JSX.Fragment, null)
  const documents = documentsByName(project)
  const { previous, next } = isHome ? { next: sections[0].pages[0] } : neighbours(pageName(sourceOf(model)))
  return JSX.createElement(
    'nav',
    { class: 'pager', 'aria-label': 'Previous and next page' },
    pageLink(context, documents.get(previous), 'Previous', 'prev'),
    pageLink(context, documents.get(next), 'Next', 'next'),
  )
}

/** Names each page by its heading, and fails for one that is not in the reading order. */
function nameDocuments({ project }) {
  const known = new Set(sections.flatMap(({ pages }) => pages))
  for (const document of project.documents ?? []) {
    const file = sourceOf(document)
    if (!known.has(pageName(file))) throw new Error(`${file} is not in docs/guide/contents.json`)
    document.name = titleOf(readFileSync(file, 'utf8')) || document.name
  }
}

/** Removes colours from blocks without a language, which are the output of commands; typedoc takes them for TypeScript. */
function withoutColours(html) {
  return html.replaceAll(/<pre><code>[\s\S]*?<\/code>/g, (block) => block.replaceAll(/<\/?span[^>]*>/g, ''))
}

/** Leads links to a program of examples/ to its recipe: a browser would not show the file. */
function toRecipes(html) {
  return html.replaceAll(/href="((?:\.\.\/)?)media\/([\w-]+)\.ts"/g, 'href="$1guide/recipes.html#example-$2"')
}

/** A module has the name that users import, not that of its file. */
function nameModules({ project }) {
  for (const module of project.getChildrenByKind(ReflectionKind.Module)) {
    module.name = module.name === 'index' ? PACKAGE : `${PACKAGE}/${module.name}`
  }
}

export function load(app) {
  app.renderer.defineRouter('site', SiteRouter)
  app.renderer.defineTheme('site', SiteTheme)
  app.renderer.on(RendererEvent.BEGIN, nameDocuments)
  app.renderer.on(RendererEvent.BEGIN, nameModules)
  app.renderer.hooks.on('content.end', pager)
  app.renderer.on(PageEvent.END, (page) => {
    page.contents = toRecipes(addCharts(withoutColours(inlineDiagrams(page.contents ?? ''))))
  })
}
