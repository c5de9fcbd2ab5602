/** Reads a roadmap in whatever dialect it is written. */
import type { Result } from '../../model/failure.ts'
import type { Roadmap } from '../../model/roadmap.ts'
import { readMarkdownRoadmap } from './markdown-roadmap.ts'
import { readYamlRoadmap } from './yaml-roadmap.ts'

/** `digestOf`: a digest of a text in hex; the same text must have the same one on every machine. */
export type RoadmapReading = { readonly digestOf: (text: string) => string }

/** `file` as messages name it: its ending says what is in it. */
export const readRoadmap = (text: string, file: string, reading: RoadmapReading): Result<Roadmap> =>
  isYamlRoadmap(file) ? readYamlRoadmap(text, file, reading) : readMarkdownRoadmap(text, file, reading)

export const isYamlRoadmap = (file: string): boolean => /\.ya?ml$/i.test(file)
