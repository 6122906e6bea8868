// The HTML report of a comparison.

import type { Report, ReportSection } from '../../report/data.js'
import { describeState } from '../measurement/result.js'
import type { Comparison } from './comparison.js'
import { choiceOf, recommend } from './recommendation.js'
import { figureRows, headingOf } from './table.js'

/** The timelines of the modes on one time axis, with their figures and the recommendation. */
export function comparisonReport(comparison: Comparison, sections: readonly ReportSection[]): Report {
  const { machine, results, interrupted } = comparison
  const { date, cpu, cores, kernel, node } = machine
  const [title, ...heading] = headingOf(comparison)
  const finished = results.filter(({ figures }) => figures !== undefined)
  const recommendation = recommend(comparison)
  const choice = choiceOf(recommendation)
  const modes = finished.map(({ mode }) => mode)
  return {
    title: title!,
    facts: [
      ...heading,
      ...results.filter(({ state }) => state !== 'done').map(describeState),
      ...recommendation.sentences.filter((sentence) => sentence !== choice),
      `${date}; ${cpu}, ${cores} cores, ${kernel}, Node ${node}`,
      ...(interrupted ? ['The comparison was interrupted: these are the results until then.'] : []),
    ],
    ...(choice === undefined ? {} : { conclusion: choice }),
    figures: finished.length === 0 ? null : { heads: ['', ...modes], rows: figureRows(finished) },
    sections,
  }
}
