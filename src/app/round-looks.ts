/** The looks at the working copy that the attempts of a run share, and the eye that each keeps on its inputs: asking git after each attempt would cost more than most attempts. */
import { fixedStart } from '../host/globs.ts'
import type { Task } from '../model/task.ts'
import type { Tree, TreeSource, Watch } from '../model/tree.ts'

export type RoundLooks = {
  /** What the newest look saw. */
  last(): Tree
  again(): Promise<Tree>
  /** Whether the look of the plan is still the only one. */
  isFirst(): boolean
  /** The newest look, or a new one when the inputs of the task were touched since. */
  treeFor(task: Task): Promise<Tree>
  watch(task: Task, tree: Tree): Promise<Watch>
  /** Something is being done that may write files. */
  stir(): void
  forget(): void
}

/** `first` is the look of the plan. */
export function roundLooks(trees: TreeSource, first: Tree, tasks: () => Iterable<Task>): RoundLooks {
  let tree: Promise<Tree> | undefined = Promise.resolve(first)
  let last = first
  let stirred = false
  let isFirst = true
  let spared: Promise<ReadonlySet<string>> | undefined
  const again = (): Promise<Tree> => {
    isFirst = false
    return (tree = trees.look().then((seen) => (last = seen)))
  }
  const watch = async (task: Task, seen: Tree): Promise<Watch> => {
    spared ??= sparedPaths(trees, seen, tasks())
    // What the task itself writes may come out the same again.
    return trees.watch(seen, [...(task.inputs.files ?? []), ...task.outputs.map((glob) => `!${glob}`)], await spared)
  }
  return {
    last: () => last,
    isFirst: () => isFirst,
    again,
    async treeFor(task) {
      const seen = await (tree ?? again())
      if (!stirred || (await watch(task, seen)).before === 'still') return seen
      return again()
    },
    watch,
    stir: () => (stirred = true),
    forget: () => {
      tree = undefined
      spared = undefined
    },
  }
}

/** Where tasks write without git seeing it, but for what a look has found ignored already. */
async function sparedPaths(trees: TreeSource, seen: Tree, tasks: Iterable<Task>): Promise<ReadonlySet<string>> {
  const globs = [...tasks].flatMap((task) => task.outputs).filter((glob) => !glob.startsWith('!'))
  const asked = new Set(globs.flatMap((glob) => (isPlain(glob) ? [glob, `${glob}/`] : fixedStart(glob) === '' ? [] : [`${fixedStart(glob)}/`])))
  const unknown = [...asked].filter((path) => !seen.ignores(withoutSlash(path)))
  return new Set([...(await trees.ignored(unknown))].map(withoutSlash))
}

const withoutSlash = (path: string): string => path.replace(/\/$/, '')

const isPlain = (glob: string): boolean => !/[*?()[\]{}!+@|\\]/.test(glob) && !glob.endsWith('/')
