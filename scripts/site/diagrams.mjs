// The diagrams of a page, drawn at build time so that the reader's browser needs no library.
//
// A mermaid block becomes an SVG. An SVG file of docs/pictures is put into the page itself. So both follow the theme that
// the reader chose.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { renderMermaidSVG } from 'beautiful-mermaid'

const pictures = resolve(fileURLToPath(import.meta.url), '..', '..', '..', 'docs', 'pictures')

const COLOURS = { bg: 'var(--color-background)', fg: 'var(--color-text)', transparent: true }

function textOf(html) {
  const entities = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
  return html
    .replaceAll('<br/>', '\n')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&(amp|lt|gt|quot|#39);/g, (_, name) => entities[name])
}

function boxed(svg) {
  return `<div class="diagram-box" tabindex="0">${svg}</div>`
}

/** The drawing without the font that the library would load from the network. */
function drawing(code) {
  const svg = renderMermaidSVG(code, COLOURS).replace(/@import[^;]*(?:;[^;']*)*'\);/, '')
  return boxed(svg.replace('<svg ', '<svg class="diagram mermaid" role="img" ').replaceAll("'Inter', ", ''))
}

/** Replaces each block in mermaid's language, and each image that is an SVG file, by the drawing. */
export function inlineDiagrams(html) {
  return html
    .replaceAll(/<pre><code class="mermaid">([\s\S]*?)<\/code>.*?<\/pre>/g, (_, code) => drawing(textOf(code)))
    .replaceAll(/<img src="[^"]*?([\w-]+?)(?:-\d+)?\.svg" alt="([^"]*)"\s*\/?>/g, (_, name, alt) => {
      const svg = readFileSync(join(pictures, `${name}.svg`), 'utf8')
      return boxed(svg.replace('<svg ', `<svg class="diagram" role="img" aria-label="${alt}" `))
    })
}
