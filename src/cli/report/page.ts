// The report as one file: the page that the build has made, with the data in it. It needs nothing else, and no network.

import { readFileSync } from 'node:fs'
import { pageData, type Report } from './data.js'

const TEMPLATE = new URL('../../../report/page.html', import.meta.url)

/** The page, to be written to a file. */
export function reportPage(report: Report): string {
  const template = readFileSync(TEMPLATE, 'utf8')
  // Nothing in the data may end the element that it stands in.
  const json = JSON.stringify(pageData(report)).replaceAll('<', '\\u003c')
  return template.replaceAll('%title%', () => escaped(report.title)).replace('"%data%"', () => json)
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
