// A line requests a number of bytes; they are sent from the start of a file: a file stream piped through node:net.
import { createReadStream } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { openSparseFile } from './sparse-file.js'

const fd = openSparseFile()
const server = createServer((socket) => {
  socket.on('data', (line) => {
    const end = Number(line) - 1
    createReadStream('', { fd, start: 0, end, autoClose: false }).pipe(socket, { end: false })
  })
})
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
