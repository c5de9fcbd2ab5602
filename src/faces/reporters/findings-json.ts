/** The results of a run as one JSON document, for tools: what became of each check, with its findings. */
import type { Plan } from '../../model/plan.ts'
import type { Run } from '../../model/run.ts'
import type { Facts } from './facts.ts'
import { jsonText } from './json-text.ts'
import { type CheckRow, checkRows, countsNow, verdictNow } from './rows.ts'
import { reasonText } from './settlement-text.ts'

/** Raised when a reader of version 1 would misunderstand; new fields do not raise it. */
const version = 1

export function findingsJson(plan: Plan, run: Run, facts: Facts): string {
  const document = {
    v: version,
    pawl: facts.version,
    run: facts.run,
    verdict: verdictNow(run, facts),
    branch: facts.branch,
    commit: facts.commit,
    counts: countsNow(plan, run, facts),
    checks: checkRows(plan, run, facts).map(checkOf),
    mended: facts.mended,
    noted: facts.noted,
  }
  return `${jsonText(document, 2)}\n`
}

function checkOf({ id, stage, ending, advisory, durationMs, settlement, findings }: CheckRow) {
  return {
    task: id,
    stage,
    ending,
    advisory,
    durationMs,
    reusedFrom: settlement?.kind === 'cached' ? settlement.from : undefined,
    reason: settlement === undefined ? undefined : reasonText(settlement) || undefined,
    failure: settlement?.kind === 'errored' ? settlement.failure : undefined,
    findings,
  }
}
