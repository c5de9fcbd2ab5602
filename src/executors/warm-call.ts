/** Has a call of a command line done by a warm worker, where one is meant for the task; or says why it was not. */
import type { AttemptContext } from '../model/executor.ts'
import type { Exit } from '../model/processes.ts'
import type { CommandAction, Task } from '../model/task.ts'
import type { Warm, WarmCall } from '../model/warm.ts'
import { warmForm } from './warm-form.ts'

type Wish = Pick<WarmCall, 'argv' | 'cwd' | 'env' | 'timeoutMs' | 'silenceMs' | 'cancellation' | 'onOutput'>

type Done = { readonly exit: Exit; readonly calls: number }

/** Undefined: no worker was meant. */
export async function warmCall(
  wish: Wish,
  task: Task & { readonly action: CommandAction },
  { basis }: AttemptContext,
  warm: Warm | undefined,
): Promise<Done | { readonly why: string } | undefined> {
  const form = warm === undefined ? undefined : warmForm(task, wish.argv)
  if (warm === undefined || form === undefined || 'why' in form) return form === undefined || 'tool' in form ? undefined : form
  if (basis === undefined) return { why: 'nobody knows what its answers stand on besides the files' }
  const answer = await warm.call({ ...wish, tool: form.tool, task: task.id, basis })
  return answer.ok ? { exit: answer.exit, calls: answer.calls } : { why: answer.why }
}
