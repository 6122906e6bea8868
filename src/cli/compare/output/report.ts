// A comparison as a report.

import type { Report, ReportSection } from '../../report/data.js'
import { endOf } from '../measurement/result.js'
import type { Comparison } from './comparison.js'
import { recommend } from './recommendation.js'
import { figureRows, headingOf } from './table.js'

/** The ways side by side on one time axis, with their figures and what follows from them. */
export function pictureOf(comparison: Comparison, sections: readonly ReportSection[]): Report {
  const { machine, outcomes, interrupted } = comparison
  const { date, cpu, cores, kernel, node } = machine
  const [title, ...heading] = headingOf(comparison)
  const done = outcomes.filter(({ figures }) => figures !== undefined)
  return {
    title: title!,
    facts: [
      ...heading,
      ...outcomes.filter(({ state }) => state !== 'done').map(endOf),
      ...recommend(comparison).sentences,
      `${date}; ${cpu}, ${cores} cores, ${kernel}, Node ${node}`,
      ...(interrupted ? ['It was interrupted: this is what was done by then.'] : []),
    ],
    figures: done.length === 0 ? null : { heads: ['', ...done.map(({ way }) => way)], rows: figureRows(done) },
    sections,
  }
}
