/** The same tools for one who may not be trusted to keep count: so many calls at a time, and so many altogether. */
import type { Tool } from './tool.ts'

export type CallLimits = { readonly atOnce: number; readonly calls: number }

export function bounded(tools: readonly Tool[], { atOnce, calls }: CallLimits): readonly Tool[] {
  let [going, asked] = [0, 0]
  const refusal = (): string | undefined => {
    if (asked >= calls) return `not done: in one turn pawl is asked at most ${calls} times; go on without it`
    return going >= atOnce ? `not done: ${atOnce} calls are going on already; wait for their answers` : undefined
  }
  return tools.map((tool) => ({
    ...tool,
    async call(input, call) {
      const text = refusal()
      if (text !== undefined) return { text, isError: true }
      asked += 1
      going += 1
      try {
        return await tool.call(input, call)
      } finally {
        going -= 1
      }
    },
  }))
}
