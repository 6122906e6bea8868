// The structure of src/: which folder imports from which. A folder of src/ is a room, and so is index.ts; a floor contains
// the rooms that import only from the floors below it.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import ts from 'typescript'

/** The room of a file of src/. */
const roomOf = (file) => file.split('/')[0]

/** The files of src/ that a file of src/ imports; imports of types count. */
function importsOf(root, file) {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(root, 'src', file), 'utf8'), true, true)
  const own = importedFiles.map(({ fileName }) => fileName).filter((name) => name.startsWith('.'))
  return own.map((name) => posix.join(dirname(file), name).replace(/\.js$/, '.ts'))
}

/** Maps each room to the rooms that it imports from. */
export function readRooms(root) {
  const rooms = new Map()
  const files = readdirSync(join(root, 'src'), { recursive: true }).filter((file) => file.endsWith('.ts'))
  for (const file of files.sort()) {
    const room = roomOf(file)
    const imported = rooms.get(room) ?? new Set()
    for (const other of importsOf(root, file)) if (roomOf(other) !== room) imported.add(roomOf(other))
    rooms.set(room, imported)
  }
  return rooms
}

/** The floors, the lowest first; `cycle` are rooms that import each other in a circle and so are on no floor. */
export function floorsOf(rooms) {
  const floors = []
  const placed = new Set()
  for (;;) {
    const isFree = ([room, imported]) => !placed.has(room) && [...imported].every((other) => placed.has(other))
    const floor = [...rooms].filter(isFree).map(([room]) => room)
    if (floor.length === 0) break
    floors.push(floor)
    for (const room of floor) placed.add(room)
  }
  let cycle = [...rooms.keys()].filter((room) => !placed.has(room))
  // What only stands above a cycle is not part of it.
  for (let count = -1; count !== cycle.length; ) {
    count = cycle.length
    cycle = cycle.filter((room) => cycle.some((other) => rooms.get(other).has(room)))
  }
  return { floors, cycle }
}

/** What a room imports, in the order of the floors. */
export function importsInOrder(rooms, { floors }) {
  const order = floors.flat()
  return (room) => order.filter((other) => rooms.get(room).has(other))
}

export function summary(rooms, { floors, cycle }) {
  const edges = [...rooms.values()].reduce((sum, imported) => sum + imported.size, 0)
  const circle = cycle.length === 0 ? 'no cycle' : `a cycle among ${cycle.join(', ')}`
  return `${rooms.size} rooms, ${edges} edges, ${floors.length} floors, ${circle}`
}

/** Whether a room reaches another by one import after the other. */
function reaches(rooms, from, to) {
  return [...rooms.get(from)].some((next) => next === to || reaches(rooms, next, to))
}

/** A room as Mermaid takes it: text with a dot is a label. */
const node = (room) => (room.includes('.') ? `${room.replace('.ts', '')}["${room}"]` : room)

/** The graph for Mermaid. An arrow is left out where other arrows lead from the same room to the same room. */
function graph(rooms, floors) {
  const arrows = floors.flat().flatMap((room) => {
    const imported = [...rooms.get(room)]
    const direct = imported.filter((to) => !imported.some((other) => other !== to && reaches(rooms, other, to)))
    return direct.sort().map((to) => `  ${node(room)} --> ${node(to)}\n`)
  })
  return `\`\`\`mermaid\nflowchart TD\n${arrows.reverse().join('')}\`\`\`\n`
}

export function structurePage(root) {
  const rooms = readRooms(root)
  const result = floorsOf(rooms)
  if (result.cycle.length > 0) throw new Error(`src/ has ${summary(rooms, result)}`)
  const imports = importsInOrder(rooms, result)
  const rows = result.floors.flatMap((floor, index) =>
    floor.map((room) => `| ${index + 1} | ${room} | ${imports(room).join(', ')} |\n`),
  )
  return (
    '# The structure of src/\n\n' +
    'Made by `npm run generate` from the imports of `src/`, types included.\n' +
    '[CONTRIBUTING.md](../../CONTRIBUTING.md) says what each folder is for.\n\n' +
    'A room is a folder of `src/`, or `index.ts`. A floor contains the rooms that import only from lower floors.\n' +
    `Today: ${summary(rooms, result)}.\n\n` +
    'The graph leaves out an arrow where other arrows lead to the same room. The table contains every import.\n\n' +
    `${graph(rooms, result.floors)}\n` +
    `| floor | room | imports from |\n|---|---|---|\n${rows.reverse().join('')}`
  )
}
