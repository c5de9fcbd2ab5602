/** Broken builds that would believe agents, or let them do what they must not: each must be noticed by the row about them. */
export const mutants: readonly { id: string; row: string; file: string; find: string; replace: string }[] = [
  {
    id: 'a check that slips back does not matter',
    row: 'A1',
    file: 'src/model/judgement.ts',
    find: 'const worse = slipped.length > 0 || counts.after > counts.before',
    replace: 'const worse = counts.after > counts.before',
  },
  {
    id: 'an edit that is worse is applied',
    row: 'A1',
    file: 'src/executors/agent-mend.ts',
    find: "if (comparison.verdict !== 'better') return",
    replace: "if (comparison.verdict === 'same') return",
  },
  {
    id: 'protected files are not looked at',
    row: 'A1',
    file: 'src/executors/agent-mend.ts',
    find: 'if (touched.length > 0)',
    replace: 'if (touched.length > 999)',
  },
  {
    id: 'what is silenced is not looked at',
    row: 'A1',
    file: 'src/executors/agent-mend.ts',
    find: 'return silenced.length === 0',
    replace: 'return silenced.length < 999',
  },
  {
    id: 'files that a person edited meanwhile are overwritten',
    row: 'A1',
    file: 'src/host/proposal.ts',
    find: '  if (edited.length > 0) return nothing(...edited.map(({ path }) => editedMeanwhile(path)))\n',
    replace: '',
  },
  {
    id: 'half an edit of a dead agent is judged',
    row: 'A1',
    file: 'src/executors/mending/turn-trouble.ts',
    find: "    case 'ok':\n",
    replace: "    case 'ok':\n    case 'crashed':\n",
  },
  {
    id: 'the copy stays',
    row: 'A1',
    file: 'src/host/proposal.ts',
    find: 'close: () => rm(folder, { recursive: true, force: true }),',
    replace: 'close: async () => undefined,',
  },
]
