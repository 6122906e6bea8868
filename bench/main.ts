// npm run bench: compares berkeley with C, CPython and the ways that Node programs use today.
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

function parseCount(word: string): number {
  const count = Number(word)
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('Expected a whole number from 1.')
  return count
}

function readOptions(): Options {
  return new Command('bench')
    .description('Each trial is a process of its own, peers take turns, and ratios are computed pair by pair.')
    .option('--trials <count>', 'trials of each peer', parseCount, 15)
    .addOption(new Option('--only <name...>', 'scenarios to run').choices(scenarios.map(({ name }) => name)))
    .option('--quick', 'a hundredth of the operations: shows that the programs work, not how fast they are')
    .option('--json', 'print every trial as JSON')
    .option('--list', 'list the scenarios')
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
  if (options.quick) print('quick: the programs are not warmed up, so the figures say nothing about speed')
  for (const scenario of chosen) {
    const result = await run(tools, scenario, plan)
    results.push(result)
    print(`\n${formatResult(result, machine)}`)
  }
  if (options.json) console.log(JSON.stringify({ machine, plan, results }, null, 2))
  // A missed claim is a finding, not an error: only a failed peer makes the run fail.
  if (results.some(({ peers }) => peers.some((peer) => 'failed' in peer))) process.exitCode = 1
}

const options = readOptions()
const chosen = scenarios.filter(({ name }) => options.only?.includes(name) ?? true)
if (options.list) {
  for (const { name, description } of chosen) console.log(`${name.padEnd(20)}${description}`)
} else {
  // Listeners for 'exit' remove the temporary folder and stop the servers. A signal without a listener would skip them.
  process.once('SIGINT', () => process.exit(130))
  process.once('SIGTERM', () => process.exit(143))
  const tools = new Toolchain()
  await runAll(tools, describeMachine(tools), chosen, options)
}
