import { expect, test } from 'bun:test'
import type { AttemptContext } from '../../model/executor.ts'
import { newJob } from '../../model/job-state.ts'
import type { JobAction } from '../../model/task.ts'
import { jobCheckout, type CheckoutParts } from './job-checkout.ts'

test('a worktree of a run without a sandbox is never gone on in when a sandbox is wanted', async () => {
  // Nothing of the world is asked for.
  const [parts, context] = [{}, {}] as unknown as [CheckoutParts, AttemptContext]
  const lease = { branch: 'pawl/p-1-abcd', folder: '/worktree', base: 'b', isolation: 'linked' } as const
  const action = { isolation: 'clone' } as JobAction
  expect(await jobCheckout(parts, action, { ...newJob, lease }, context)).toMatchObject({ ok: false, failures: [{ type: 'agent.no-sandbox' }] })
})
