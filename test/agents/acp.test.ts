/** Programs that speak the Agent Client Protocol, themselves, against a scripted model on loopback. */
import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { agentRig, argvOf, isPlayed } from './agent-rig.ts'

const node = process.env['PAWL_NODE'] ?? 'node'

for (const [kind, word] of [
  ['gemini', '--acp'],
  ['opencode', 'acp'],
] as const) {
  if (!isPlayed(kind)) {
    console.log(`${kind} ${word} is played only with PAWL_AGENTS=${kind} or --all`)
    continue
  }

  test(`${kind} ${word}: it may edit in its folder, and a conversation goes on`, async () => {
    await using rig = await agentRig(kind, [{ write: { path: 'a.txt', content: 'alpha\n' } }, { say: 'It is mended.' }, { say: 'Again.' }], 'acp')
    const argv = [...argvOf(kind), word]
    const { end, news } = await rig.turn({ argv })
    expect(end).toMatchObject({ outcome: 'ok', said: 'It is mended.' })
    expect(rig.read('a.txt')).toBe('alpha\n')
    expect(news.some((one) => one.kind === 'touched' && one.path.endsWith('a.txt'))).toBe(true)
    if (end.session === undefined) throw new Error('no conversation was told')
    expect((await rig.turn({ argv, resume: end.session })).end.outcome).toBe('ok')
    expect(rig.server.asked.at(-1)).toContain('It is mended.')
  })

  test(`${kind} ${word}: outside of its folder it may write nothing`, async () => {
    await using rig = await agentRig(kind, [{ write: { path: '../outside.txt', content: 'x' } }, { say: 'I could not.' }], 'acp')
    await rig.turn({ argv: [...argvOf(kind), word], tools: [node, join(import.meta.dirname, 'small-server.mjs'), rig.folder] })
    expect(rig.exists('../outside.txt')).toBe(false)
  })
}
