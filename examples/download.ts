// Downloads a file over http or https without await: redirections, proxies and TLS are fetchSync's, the bytes go to the
// file as they are received.
//   node dist/examples/download.js https://example.org/ page.html
import { closeSync, openSync, writeSync } from 'node:fs'
import { fetchSync } from 'berkeley/http'

const [url = 'http://localhost/', path = 'download'] = process.argv.slice(2)

using response = fetchSync(url, {
  timeout: 600_000,
  onDownloadProgress({ transferredBytes, totalBytes }) {
    if (process.stderr.isTTY) process.stderr.write(`\r${transferredBytes} of ${totalBytes ?? 'unknown'} bytes`)
  },
})
if (!response.ok) throw new Error(`the server replied ${response.status} ${response.statusText}`)
const file = openSync(path, 'w')
let written = 0
for (const chunk of response.body) written += writeSync(file, chunk)
closeSync(file)
console.log(`${written} bytes of ${response.url} are in ${path}`)
