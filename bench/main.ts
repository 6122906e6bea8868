// npm run bench: measures berkeley beside C, CPython and what Node programs do today.
import { Command, InvalidArgumentError, Option } from 'commander'
import { describeMachine, type Machine } from './machine.js'
import { formatMachine, formatResult } from './report.js'
import { evaluate, type Result } from './result.js'
import { type Plan, runScenario } from './run-scenario.js'
import type { Scenario } from './scenario.js'
import { scenarios } from './scenarios.js'
import { Toolchain } from './toolchain.js'

const QUICK_SCALE = 1 / 100

interface Options {
  readonly trials: number
  readonly only?: string[]
  readonly quick?: boolean
  readonly json?: boolean
  readonly list?: boolean
}

function positive(word: string): number {
  const count = Number(word)
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('a whole number from 1 is wanted.')
  return count
}

function readOptions(): Options {
  return new Command('bench')
    .description('Each trial is a process of its own; the peers take turns; ratios are pair by pair.')
    .option('--trials <count>', 'rounds to make', positive, 15)
    .addOption(new Option('--only <name...>', 'scenarios to run').choices(scenarios.map(({ name }) => name)))
    .option('--quick', 'a hundredth of the operations: whether it works, not how fast')
    .option('--json', 'print all trials as JSON')
    .option('--list', 'name the scenarios')
    .parse()
    .opts<Options>()
}

function showProgress({ name }: Scenario, round: number, trials: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${name}: round ${round} of ${trials}`)
}

async function run(tools: Toolchain, scenario: Scenario, plan: Plan): Promise<Result> {
  const outcomes = await runScenario(tools, scenario, plan, (round) => showProgress(scenario, round, plan.trials))
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  return evaluate(scenario, outcomes)
}

async function runAll(tools: Toolchain, machine: Machine, chosen: readonly Scenario[], options: Options) {
  const plan = { trials: options.trials, scale: options.quick ? QUICK_SCALE : 1 }
  const print = options.json ? () => {} : console.log
  const results: Result[] = []
  print(formatMachine(machine))
  if (options.quick) print('quick: nothing is warm, and the figures say nothing about speed')
  for (const scenario of chosen) {
    const result = await run(tools, scenario, plan)
    results.push(result)
    print(`\n${formatResult(result, machine)}`)
  }
  if (options.json) console.log(JSON.stringify({ machine, plan, results }, null, 2))
  // A missed claim is a finding, and the run a success; a peer that broke is neither.
  if (results.some(({ peers }) => peers.some((peer) => 'failed' in peer))) process.exitCode = 1
}

const options = readOptions()
const chosen = scenarios.filter(({ name }) => options.only?.includes(name) ?? true)
if (options.list) {
  for (const { name, what } of chosen) console.log(`${name.padEnd(16)}${what}`)
} else {
  // Interrupted too, a run leaves neither its folder nor a server behind: both wait for the process' end.
  process.once('SIGINT', () => process.exit(130))
  process.once('SIGTERM', () => process.exit(143))
  const tools = new Toolchain()
  await runAll(tools, describeMachine(tools), chosen, options)
}
