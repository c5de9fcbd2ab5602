/** Lets an agent resolve a conflict: one turn, in a checkout that holds both versions, judged like any other work. */
import type { AttemptContext, WorkContext } from '../../model/executor.ts'
import type { JobAction, Task } from '../../model/task.ts'
import type { JobCheckout, JobWorld } from './job-world.ts'
import { redIn } from './red.ts'
import { Turns, type Brief } from './turns.ts'

export type Conflicted = {
  readonly world: JobWorld
  readonly task: Task & { readonly action: JobAction }
  readonly context: AttemptContext
  readonly work: WorkContext
}

/** Why it is not resolved; undefined: what the checkout holds now passes the gate. */
export async function resolvedBy({ world, task, context, work }: Conflicted, checkout: JobCheckout, brief: Brief): Promise<string | undefined> {
  const turns = new Turns(world, task, context, work)
  const barred = turns.barred()
  if (barred !== undefined) return 'its model is not to be asked now'
  const ended = await turns.turn(checkout, 'resolve', brief)
  if (ended !== undefined) return 'summary' in ended ? ended.summary : `its turn ended as '${ended.kind}'`
  const [tree, settled] = [await checkout.tree(), await checkout.judge(context, undefined)]
  if (!tree.ok || !settled.ok) return [...(tree.ok ? [] : tree.failures), ...(settled.ok ? [] : settled.failures)].map(({ what }) => what).join('; ')
  const red = redIn(world.gate, settled.value).map((one) => one.task.id)
  turns.advance({ kind: 'judged', tree: tree.value.id, red })
  return red.length === 0 ? undefined : `what it made does not pass ${red.join(', ')}`
}
