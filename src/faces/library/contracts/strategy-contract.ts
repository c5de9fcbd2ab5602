/** What every strategy promises: the same question has the same answer, its order is one, and it leaves nothing out without saying why. */
import type { StrategyFacts, StrategyPlugin, StrategyTask } from '../../../app/plugin.ts'
import { strategyView, trialTask, tryStrategy } from '../../../app/trials.ts'
import type { Task } from '../../../model/task.ts'
import { frozen, holds, sameAnswer, type ContractCase } from './contract.ts'

/** What a strategy is asked about; the rest is as in a check that says nothing of it. */
export type SampleTask = { readonly id: string } & Partial<Omit<StrategyTask, 'id' | 'needs' | 'after'>> & { readonly needs?: readonly string[] }

export function strategyContract(strategy: StrategyPlugin, samples: readonly SampleTask[]): readonly ContractCase[] {
  const tasks = samples.map(({ id, ...more }) => trialTask(id, more))
  // Copies that nobody can change: who tries, throws.
  const views = tasks.map((task) => frozen(strategyView(task)))
  const each = (what: string, run: (facts: StrategyFacts) => void): readonly ContractCase[] =>
    situations(tasks).map(([where, facts]) => ({ name: `${what} (${where})`, run: async () => run(facts) }))
  return [
    { name: 'there are checks to be asked about', run: async () => holds(samples.length > 1, 'name at least two') },
    ...each('the same question has the same answer', (facts) => {
      const answers = (): unknown => [views.map((view) => strategy.shouldRun?.(view, facts)), strategy.concurrency?.(facts), orders(strategy, views)]
      holds(sameAnswer(answers(), answers()), 'it answers in two ways')
    }),
    ...each('it can be used', (facts) => {
      const decided = tryStrategy(strategy, tasks, facts)
      holds(decided.ok, decided.ok ? '' : decided.failures.map(({ what, why = '' }) => `${what}: ${why}`).join('; '))
    }),
    ...each('at least one check runs at a time', (facts) => {
      const jobs: unknown = strategy.concurrency?.(facts) ?? 1
      holds(typeof jobs === 'number' && Number.isInteger(jobs) && jobs >= 1, `concurrency() answers with ${String(jobs)}`)
    }),
    ...each('what another check needs is not left out without a reason', (facts) => neededSilently(strategy, views, facts)),
    { name: 'its order is an order', run: async () => isOrder(strategy, views) },
  ]
}

/** A new checkout, a branch with a past, a selection in CI, a place without git. */
function situations(tasks: readonly Task[]): readonly (readonly [where: string, facts: StrategyFacts])[] {
  const basis: StrategyFacts = { changed: [], selected: false, branch: 'main', platform: 'linux', ci: false, processors: 4, history: {} }
  const history = Object.fromEntries(tasks.map(({ id }, i) => [id, { durationsMs: [100 * i, 50], outcomes: i % 2 === 0 ? ['passed'] : ['failed', 'passed'] }]))
  return frozen([
    ['nothing changed', basis],
    ['a past, and changed files', { ...basis, branch: 'topic', changed: ['src/a.ts', 'README.md'], history, processors: 1 }],
    ['selected files in CI', { ...basis, changed: ['src/a.ts'], selected: true, ci: true, platform: 'windows', history }],
    ['no git', { ...basis, changed: undefined, branch: undefined, platform: 'macos' }],
  ])
}

function neededSilently(strategy: StrategyPlugin, views: readonly StrategyTask[], facts: StrategyFacts): void {
  const answers = new Map(views.map((view) => [view.id, strategy.shouldRun?.(view, facts) ?? true]))
  for (const { id, needs } of views) {
    const silent = answers.get(id) === true ? needs.find((need) => answers.get(need) === false || answers.get(need) === '') : undefined
    holds(silent === undefined, `${id} runs and needs ${silent}, which is left out without a word: answer with a text`)
  }
}

const orders = (strategy: StrategyPlugin, views: readonly StrategyTask[]): unknown => views.map((a) => views.map((b) => Math.sign(strategy.order?.(a, b) ?? 0)))

function isOrder(strategy: StrategyPlugin, views: readonly StrategyTask[]): void {
  if (strategy.order === undefined) return
  const sign = (a: StrategyTask, b: StrategyTask): number => {
    const answer: unknown = strategy.order?.(a, b)
    holds(typeof answer === 'number' && !Number.isNaN(answer), `order(${a.id}, ${b.id}) answers with ${String(answer)}`)
    return Math.sign(answer as number)
  }
  for (const a of views) {
    holds(sign(a, a) === 0, `${a.id} comes before or after itself`)
    for (const b of views) {
      holds(sign(a, b) === -sign(b, a), `${a.id} and ${b.id} each come first`)
      for (const c of views)
        if (sign(a, b) < 0 && sign(b, c) < 0) holds(sign(a, c) < 0, `${a.id} comes before ${b.id} and that before ${c.id}, but not ${a.id} before ${c.id}`)
    }
  }
}
