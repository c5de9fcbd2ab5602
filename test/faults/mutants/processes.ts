/** Broken builds that would leave processes behind: each must be noticed by the test of its row. */
export const mutants: readonly { id: string; row: string; file: string; find: string; replace: string }[] = [
  {
    id: 'what a task left is not looked for',
    row: 'T15',
    file: 'src/host/process-tree.ts',
    find: 'if (prey.isAlone?.() === true) return []',
    replace: 'if (graceMs > 0) return []',
  },
  {
    id: 'orphans do not come to us',
    row: 'T15',
    file: 'src/host/native-calls.ts',
    find: 'adoptOrphans: () => prctl(setChildSubreaper, 1, 0, 0, 0) === 0',
    replace: 'adoptOrphans: () => prctl(setChildSubreaper, 0, 0, 0, 0) !== 0',
  },
  {
    id: 'nothing outlives pawl to end its tasks',
    row: 'T15',
    file: 'src/host/guardian.ts',
    find: 'guard: (leader, tag) => tell(`+ ${leader} ${tag}`)',
    replace: 'guard: (leader, tag) => void (ear === null && tell(`+ ${leader} ${tag}`))',
  },
  { id: 'TERM is enough', row: 'T15', file: 'src/host/process-ending.ts', find: "() => prey.signal('SIGKILL')", replace: "() => prey.signal('SIGTERM')" },
]
