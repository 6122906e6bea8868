// The text of the report's page: whatever the title and the data contain, each is in its own place.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PageData } from '../../src/cli/report/data.js'
import { reportPage } from '../../src/cli/report/page.js'

const TITLES = ['Calls of "%data%"', '%title%', '$& $1 $$', '</title><script>alert(1)</script>', '/*%script%*/']

for (const title of TITLES) {
  test(`report page: the title ${title}`, () => {
    const page = reportPage({ title, facts: [title], sections: [] })
    const shown = title.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
    assert.equal(/<title>(.*?)<\/title>/.exec(page)![1], shown)
    assert.equal(/<h1>(.*?)<\/h1>/.exec(page)![1], shown)
    const json = /<script id="data" type="application\/json">(.*?)<\/script>/s.exec(page)![1]!
    assert.deepEqual((JSON.parse(json) as PageData).facts, [title])
  })
}
