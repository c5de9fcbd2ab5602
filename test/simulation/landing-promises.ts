/** What every landing must keep, judged from outside by somebody who knows what is wrong with each change. */
import type { Landing } from '../../src/model/landing.ts'
import type { LandingScene } from './landing-scene.ts'
import type { LandingLaboratory } from './landing-world.ts'

export type LandingPromise =
  | 'what lands was judged whole and is green'
  | 'nothing that the branch held is lost'
  | 'nothing innocent is held'
  | 'every candidate is accounted for once'
  | 'why something is held is true'
  | 'it ends'

/** The promises that were broken, each with what shows it. */
export function brokenPromises(scene: LandingScene, laboratory: LandingLaboratory, landing: Landing): readonly { promise: LandingPromise; shows: string }[] {
  const broken: { promise: LandingPromise; shows: string }[] = []
  const expect = (holds: boolean, promise: LandingPromise, shows: string): void => void (holds || broken.push({ promise, shows }))
  const { contents, redOn, now, clash } = laboratory

  for (const { from, to, at, judged } of laboratory.advances) {
    const excused = scene.options.redBase === 'allow' ? redOn(contents(from)) : []
    const red = redOn(contents(to)).filter((check) => !excused.includes(check))
    expect(judged && red.length === 0, 'what lands was judged whole and is green', `${to}: ${judged ? `red ${red.join()}` : 'never judged'}`)
    expect(contents(at).isSubsetOf(contents(to)), 'nothing that the branch held is lost', `${at} → ${to}`)
  }
  const end = contents(now())
  for (const id of laboratory.pushed) expect(end.has(id), 'nothing that the branch held is lost', id)

  for (const { id } of scene.candidates) {
    const [landed, held] = [landing.landed.filter((one) => one.id === id).length, landing.held.filter((one) => one.id === id).length]
    expect(landed + held === 1, 'every candidate is accounted for once', `${id}: landed ${landed}, held ${held} times`)
    if (landed > 0) expect(end.has(id), 'every candidate is accounted for once', `${id} is not on the branch`)
    if (held > 0) expect(!end.has(id), 'every candidate is accounted for once', `${id} is held and on the branch`)
  }
  for (const { id, held } of landing.held) {
    const [red, withIt] = [redOn(end), new Set([...end, id, ...(scene.changes.get(id)?.contains ?? [])])]
    const shows = `${id}: ${JSON.stringify(held)}`
    if (held.reason === 'broken') {
      const { check } = held
      const excused =
        check === undefined ? laboratory.pushed.length > (scene.options.rekeys ?? 3) : laboratory.heads.some((head) => redOn(contents(head)).includes(check))
      expect(excused, 'nothing innocent is held', shows)
      continue
    }
    const harmful = redOn(withIt).filter((check) => !red.includes(check))
    const conflict = clash(id, end)
    expect(conflict || harmful.length > 0 || red.length > 0, 'nothing innocent is held', shows)
    if (held.reason === 'conflict') expect(conflict, 'why something is held is true', shows)
    else expect(held.check !== undefined && redOn(withIt).includes(held.check), 'why something is held is true', shows)
    expect(
      held.beside.every((other) => end.has(other)),
      'why something is held is true',
      `${shows} beside what did not land`,
    )
  }
  return broken
}
