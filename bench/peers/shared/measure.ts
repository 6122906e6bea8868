// How a JavaScript peer measures: the same rounds and the same line of JSON as measure.h.

const WARM_ROUNDS = 10
const WARM_SHARE = 40

/** What every peer is called with: `program VARIANT OPERATIONS PORT`. */
export const [variant = '', operations = 0, port = 0] = [
  process.argv[2],
  Number(process.argv[3]),
  Number(process.argv[4]),
]

type Run = (count: number) => void | Promise<void>

/** Warms `run` up, times it alone and ends the process, so that no worker or connection keeps it. */
export async function measure(run: Run, bytesEach: number): Promise<never> {
  for (let round = 0; round < WARM_ROUNDS; round++) await run(Math.ceil(operations / WARM_SHARE))
  const cpuBefore = process.cpuUsage()
  const began = performance.now()
  await run(operations)
  const seconds = (performance.now() - began) / 1000
  const cpu = process.cpuUsage(cpuBefore)
  const trial = { seconds, operations, bytes: operations * bytesEach, cpu: (cpu.user + cpu.system) / 1e6 }
  process.stdout.write(`${JSON.stringify(trial)}\n`)
  process.exit(0)
}

/** A transfer that was short would measure something else. */
export function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what)
}
