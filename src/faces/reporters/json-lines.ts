/** Shows every event as one line of JSON, as schema/events.schema.json describes it. */
import type { Reporter } from '../../model/reporter.ts'
import type { Event } from '../../model/event.ts'
import { jsonText } from './json-text.ts'

/** Raised when a reader of version 1 would misunderstand; new fields and new events do not raise it. */
export const eventVersion = 1

/** `write` gets whole lines, each with its line break. */
export function jsonLinesReporter(write: (text: string) => void): Reporter {
  return { name: 'json', on: (event) => write(`${eventLine(event)}\n`) }
}

export const eventLine = (event: Event): string => jsonText({ v: eventVersion, ...event })
