/** Broken builds that would let a repository start programs, or move a login, by settings for agents: each must be noticed by its row. */
export const mutants: readonly { id: string; row: string; file: string; find: string; replace: string }[] = [
  {
    id: 'Claude Code reads settings of the repository',
    row: 'T66',
    file: 'src/agents/claude-code.ts',
    find: "isRead(turn) ? [] : ['--setting-sources', 'user', '--add-dir', turn.folder]",
    replace: 'isRead(turn) ? [] : []',
  },
  {
    id: 'Codex trusts every checkout',
    row: 'T66',
    file: 'src/agents/codex.ts',
    find: "level('untrusted')",
    replace: "level('trusted')",
  },
  {
    id: 'a program without a switch is started all the same',
    row: 'T66',
    file: 'src/app/trusted-agent.ts',
    find: '      if (held.length > 0) return heldBy(held)\n',
    replace: '      if (held.length > 99) return heldBy(held)\n',
  },
  {
    id: 'settings are looked for before the first turn only',
    row: 'T66',
    file: 'src/app/trusted-agent.ts',
    find: '      const settings = settingsIn(site, turn.folder, [choice.kind])\n',
    replace: '      const settings = said.size > 0 ? [] : settingsIn(site, turn.folder, [choice.kind])\n',
  },
  {
    id: 'a path is approved of, not its content',
    row: 'T67',
    file: 'src/app/trust.ts',
    find: 'one.path === path && one.digest === digest) || pins',
    replace: 'one.path === path) || pins',
  },
  {
    id: 'what settings name may be another program',
    row: 'T67',
    file: 'src/host/setting-files.ts',
    find: 'sha256(bytes), named]',
    replace: 'sha256(bytes), []]',
  },
  {
    id: 'a checkout is of the repository that it names',
    row: 'T67',
    file: 'src/host/repository-identity.ts',
    find: '  return isKnownTo(common, own) ? common : own\n',
    replace: '  return common\n',
  },
  {
    id: 'a service may move the address of the model',
    row: 'T67',
    file: 'src/app/moved-agents.ts',
    find: '(isMoving(variable) ?',
    replace: "(isMoving(variable) && name === '' ?",
  },
]
