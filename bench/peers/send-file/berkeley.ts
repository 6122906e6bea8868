// A line requests a number of bytes; they are sent from the start of a file: AsyncSocket.sendFile.
import { type AsyncSocket, createServer, type InetAddress } from 'berkeley'
import { check } from '../shared/measure.js'
import { openSparseFile } from './sparse-file.js'

const file = openSparseFile()

async function sendPart(socket: AsyncSocket, length: number): Promise<void> {
  for (let offset = 0; offset < length; ) {
    const sent = await socket.sendFile(file, { offset, length: length - offset })
    check(sent > 0, 'the file is too short')
    offset += sent
  }
}

const listener = createServer({ host: '127.0.0.1', port: 0 }).toAsync()
console.log((listener.getSockName() as InetAddress).port)
await using connection = await listener.accept()
for (let line = await connection.recv(32); line !== null; line = await connection.recv(32)) {
  await sendPart(connection, Number(line))
}
