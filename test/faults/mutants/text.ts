/** Broken builds in which a text from outside does harm: each must be noticed by the test of its row. */
export const mutants: readonly { id: string; row: string; file: string; find: string; replace: string }[] = [
  {
    id: 'a dry run does the deed',
    row: 'T42',
    file: 'src/engine/attempt.ts',
    find: 'if (world.dryRun) return described(task, found, files, world)',
    replace: '',
  },
  {
    id: 'escapes reach the terminal',
    row: 'T45',
    file: 'src/faces/reporters/safe-text.ts',
    find: ".replaceAll('\\t', ' ').replace(acting, escaped)",
    replace: '',
  },
  {
    id: 'commands for TeamCity are shown as they are',
    row: 'T45',
    file: 'src/faces/reporters/safe-text.ts',
    find: "return shown.replace(ciCommand, '\\\\x23#').replace(commandStart, '$1\\\\x3a')",
    replace: 'return shown',
  },
  {
    id: 'what is nested too deeply is a crash',
    row: 'T70',
    file: 'src/model/unreadable.ts',
    find: "if (error instanceof RangeError) return 'lists or mappings are nested too deeply'",
    replace: '',
  },
  { id: 'an empty glob is a crash', row: 'T70', file: 'src/host/globs.ts', find: "if (glob === '') return () => false", replace: '' },
  {
    id: 'checks may differ in case alone',
    row: 'T71',
    file: 'src/config/task-names.ts',
    find: 'if (twin !== undefined)',
    replace: 'if (twin === name)',
  },
  {
    id: 'letters of two forms are two names',
    row: 'T71',
    file: 'src/executors/builtins/paths.ts',
    find: "part.normalize('NFC').toLowerCase()",
    replace: 'part.toLowerCase()',
  },
]
