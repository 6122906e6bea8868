// Where the server's certificate is, which its clients trust.
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export function certificateFile(port: number): string {
  return join(tmpdir(), `berkeley-bench-certificate-${port}.pem`)
}
