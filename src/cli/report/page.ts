// The report as one HTML file: the built page with the data in it. It needs no other file and no network.

import { readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'
import { pageData, type Report } from './data.js'

const TEMPLATE = new URL('../../../report/page.html.br', import.meta.url)

/** The text of the page. */
export function reportPage(report: Report): string {
  const template = brotliDecompressSync(readFileSync(TEMPLATE)).toString()
  // A `<` in the data could end the script element that holds it.
  const json = JSON.stringify(pageData(report)).replaceAll('<', '\\u003c')
  const title = escaped(report.title)
  // In one pass: the title or the data may contain the other's placeholder.
  return template.replaceAll(/%title%|"%data%"/g, (placeholder) => (placeholder === '%title%' ? title : json))
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
