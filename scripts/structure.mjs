// Prints which folder of src/ imports from which, the lowest floor first. It fails if folders import each other in a cycle,
// and prints these imports at the end.
//   node scripts/structure.mjs
// docs/architecture/structure.md has the same as a picture.
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { floorsOf, importsInOrder, readRooms, summary } from './generate/structure.mjs'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const rooms = readRooms(root)
const result = floorsOf(rooms)
const imports = importsInOrder(rooms, result)

function print(floor, room, others) {
  console.log(`${String(floor).padStart(2)}  ${room.padEnd(15)} ${others.join(' ')}`)
}

for (const [index, floor] of result.floors.entries()) {
  for (const room of floor) print(index + 1, room, imports(room))
}
for (const room of result.cycle) {
  const others = result.cycle.filter((other) => rooms.get(room).has(other))
  print('?', room, others)
}
console.log(summary(rooms, result))
if (result.cycle.length > 0) process.exitCode = 1
