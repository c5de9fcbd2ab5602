/** Writes statuses into a roadmap, in whatever dialect it is written. */
import type { SaidStatus } from '../../model/roadmap.ts'
import { markedMarkdown } from './marked-markdown.ts'
import { markedYaml } from './marked-yaml.ts'
import { isYamlRoadmap } from './read-roadmap.ts'

/** `marks`: by id of a task, without regard to case. What has no place for a status stays; so does a text that cannot be read. */
export const markedRoadmap = (text: string, file: string, marks: ReadonlyMap<string, SaidStatus>): string =>
  isYamlRoadmap(file) ? markedYaml(text, marks) : markedMarkdown(text, marks)
