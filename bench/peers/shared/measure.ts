// How a JavaScript peer measures: the same rounds and the same line of JSON as measure.h.
const WARM_UP_ROUNDS = 10
const WARM_UP_DIVISOR = 40

/** The arguments of every peer: `program VARIANT OPERATIONS PORT`. */
export const [variant = '', operations = 0, port = 0] = [
  process.argv[2],
  Number(process.argv[3]),
  Number(process.argv[4]),
]

/** The path of a server's unix socket, by the number that it prints in place of a port: see measure.h. */
export const unixPath = `/tmp/berkeley-bench-${port}.sock`

type Run = (count: number) => void | Promise<void>

/** Warms `run` up, times it and prints the trial. Then it exits, even if a worker or connection is still open. */
export async function measure(run: Run, bytesEach: number): Promise<never> {
  for (let round = 0; round < WARM_UP_ROUNDS; round++) await run(Math.ceil(operations / WARM_UP_DIVISOR))
  return measureCold(run, bytesEach)
}

/** Times `run` without warming it up, for what a process does once. Prints and exits as `measure`. */
export async function measureCold(run: Run, bytesEach: number): Promise<never> {
  const cpuBefore = process.cpuUsage()
  const start = performance.now()
  await run(operations)
  const seconds = (performance.now() - start) / 1000
  const cpu = process.cpuUsage(cpuBefore)
  const trial = { seconds, operations, bytes: operations * bytesEach, cpu: (cpu.user + cpu.system) / 1e6 }
  process.stdout.write(`${JSON.stringify(trial)}\n`)
  process.exit(0)
}

/** Fails the peer. A short transfer, for example, would measure something else. */
export function check(condition: boolean, message: string): void {
  if (!condition) throw new Error(message)
}
