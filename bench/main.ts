// npm run bench: compares berkeley with C, CPython and the ways that Node programs use today, or with an earlier build.
import { Command, InvalidArgumentError, Option } from 'commander'
import { type Checkout, openCheckout } from './base/checkout.js'
import { compareBuilds, onBothBuilds, type ScenarioComparison } from './base/comparison.js'
import { formatComparisons } from './base/report.js'
import { describeMachine, type Machine } from './machine.js'
import { formatMachine, formatResult } from './report.js'
import { evaluate, type Result } from './result.js'
import { type Plan, runScenario } from './run-scenario.js'
import { saveResults } from './saved-results.js'
import type { Outcome, Scenario } from './scenario.js'
import { QUICK, scenarios } from './scenarios.js'
import { root, Toolchain } from './toolchain.js'

const DEFAULT_TRIALS = 15
const QUICK_TRIALS = 3
const QUICK_SCALE = 1 / 8
const SMOKE_SCALE = 1 / 100

interface Options {
  readonly trials?: number
  readonly only?: string[]
  readonly base?: Checkout
  readonly quick?: boolean
  readonly smoke?: boolean
  readonly save?: boolean
  readonly note?: string
  readonly json?: boolean
  readonly list?: boolean
}

function parseCount(word: string): number {
  const count = Number(word)
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('Expected a whole number from 1.')
  return count
}

function parseCheckout(word: string): Checkout {
  try {
    return openCheckout(word)
  } catch (error) {
    const [reason] = (error as Error).message.split('\n')
    throw new InvalidArgumentError(`Expected the folder of a built checkout: ${reason}.`)
  }
}

function readOptions(): Options {
  return new Command('bench')
    .description('Each trial is a process of its own, peers take turns, and ratios are computed pair by pair.')
    .option('--trials <count>', `trials of each peer; ${DEFAULT_TRIALS}, with --quick ${QUICK_TRIALS}`, parseCount)
    .addOption(new Option('--only <name...>', 'scenarios to run').choices(scenarios.map(({ name }) => name)))
    .option('--base <folder>', 'compare with the build in another checkout, which must be built', parseCheckout)
    .option('--quick', 'the most telling scenarios, with few trials and an eighth of the operations: about two minutes')
    .option('--smoke', 'a hundredth of the operations: shows that the programs work, not how fast they are')
    .option('--save', 'keep the figures in bench/results, of which the guide shows the newest')
    .option('--note <text>', 'a remark for --save, such as what else the machine did')
    .option('--json', 'print every trial as JSON')
    .option('--list', 'list the scenarios')
    .parse()
    .opts<Options>()
}

/** What all scenarios of a run share. */
interface Run {
  readonly tools: Toolchain
  readonly machine: Machine
  readonly plan: Plan
  readonly json: boolean
}

function showProgress({ name }: Scenario, round: number, trials: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${name}: round ${round} of ${trials}`)
}

async function outcomesOf({ tools, plan }: Run, scenario: Scenario): Promise<Outcome[]> {
  const outcomes = await runScenario(tools, scenario, plan, (round) => showProgress(scenario, round, plan.trials))
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  return outcomes
}

/** Runs the scenarios with all their peers. Each result is printed as soon as it is complete. */
async function compareWithPeers(run: Run, chosen: readonly Scenario[]): Promise<Result[]> {
  const { machine, plan, json } = run
  const results: Result[] = []
  for (const scenario of chosen) {
    const result = evaluate(scenario, await outcomesOf(run, scenario))
    results.push(result)
    if (!json) console.log(`\n${formatResult(result, machine)}`)
  }
  if (json) console.log(JSON.stringify({ machine, plan, results }, null, 2))
  return results
}

async function compareWithBase(run: Run, chosen: readonly Scenario[], base: Checkout): Promise<ScenarioComparison[]> {
  const { machine, plan, json } = run
  const own = openCheckout(root)
  const comparisons: ScenarioComparison[] = []
  for (const scenario of chosen.map((scenario) => onBothBuilds(scenario, own.folder, base.folder))) {
    comparisons.push(compareBuilds(scenario, await outcomesOf(run, scenario)))
  }
  if (json) console.log(JSON.stringify({ machine, plan, own, base, comparisons }, null, 2))
  else console.log(`\n${formatComparisons(own, base, plan.trials, comparisons)}`)
  return comparisons
}

function planOf({ trials, quick, smoke }: Options): Plan {
  const scale = smoke ? SMOKE_SCALE : quick ? QUICK_SCALE : 1
  return { trials: trials ?? (quick ? QUICK_TRIALS : DEFAULT_TRIALS), scale }
}

function keepResults({ machine, plan }: Run, results: readonly Result[], note: string | undefined): void {
  console.error(`kept in ${saveResults({ machine, plan, note: note ?? null, results })}`)
}

async function runAll(chosen: readonly Scenario[], options: Options): Promise<void> {
  const { base, smoke, save, note, json = false } = options
  const tools = new Toolchain()
  const machine = describeMachine(tools)
  const run = { tools, machine, plan: planOf(options), json }
  if (!json) console.log(formatMachine(machine))
  if (!json && smoke) console.log('smoke: the warm-up is too short, so the figures say nothing about speed')
  const results = base ? await compareWithBase(run, chosen, base) : await compareWithPeers(run, chosen)
  if (save && !base) keepResults(run, results as Result[], note)
  // A missed claim is a finding, not an error: only a failed peer makes the run fail.
  if (results.some(({ peers }) => peers.some((peer) => 'failed' in peer))) process.exitCode = 1
}

const options = readOptions()
const names = options.only ?? (options.quick ? QUICK : undefined)
const chosen = scenarios.filter(({ name }) => names?.includes(name) ?? true)
if (options.list) {
  for (const { name, description } of chosen) console.log(`${name.padEnd(24)}${description}`)
} else {
  // Listeners for 'exit' remove the temporary folder and stop the servers. A signal without a listener would skip them.
  process.once('SIGINT', () => process.exit(130))
  process.once('SIGTERM', () => process.exit(143))
  await runAll(chosen, options)
}
