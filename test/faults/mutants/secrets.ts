/** Broken builds in which a secret would be seen: each must be noticed by the test of its row. */
export const mutants: readonly { id: string; row: string; file: string; find: string; replace: string }[] = [
  {
    id: 'nothing is held back at the border of chunks',
    row: 'T43',
    file: 'src/model/redaction.ts',
    find: 'return taken(bytes, search.openFrom(bytes))',
    replace: 'return taken(bytes, bytes.length)',
  },
  {
    id: 'one alignment of base64 is not known',
    row: 'T43',
    file: 'src/model/secret-forms.ts',
    find: '[0, 1, 2].flatMap((before)',
    replace: '[0, 1].flatMap((before)',
  },
  {
    id: 'a secret whose mark is out is forgotten while it goes on',
    row: 'T43',
    file: 'src/model/redaction.ts',
    find: 'one.from < open || one.mark === nothing',
    replace: 'one.from < open',
  },
  {
    id: 'what programs print is kept as it came',
    row: 'T41',
    file: 'src/app/attempt-world.ts',
    find: 'const processes = redaction.processes(site.processes)',
    replace: 'const processes = site.processes',
  },
  {
    id: 'findings are read from what was printed, as it was',
    row: 'T41',
    file: 'src/app/redacted.ts',
    find: 'const text = (value: string): string => redactorOf()?.text(value) ?? value',
    replace: 'const text = (value: string): string => value',
  },
  {
    id: 'who looks on sees the commands as they are',
    row: 'T41',
    file: 'src/app/redacted.ts',
    find: 'plan: (plan) => (redactorOf() === undefined ? plan : cleanPlan(plan, text)),',
    replace: 'plan: (plan) => plan,',
  },
]
