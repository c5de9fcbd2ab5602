/** Reads the XML of Checkstyle, which many other tools write too: <file> with an <error> for each remark. */
import type { Finding } from '../../model/finding.ts'
import { newFinding, severityOf } from './new-finding.ts'
import type { Parser } from './parser.ts'
import { readXml, type XmlElement } from './xml-document.ts'

export const checkstyle: Parser = ({ stdout }) => {
  const read = readXml(stdout, ['checkstyle'])
  if ('unreadable' in read) return { findings: [], unreadable: read.unreadable }
  return { findings: read.root.children.flatMap((file) => (file.name === 'file' ? file.children.flatMap((remark) => findingsOf(remark, file)) : [])) }
}

function findingsOf(remark: XmlElement, file: XmlElement): readonly Finding[] {
  const severity = remark.attributes.get('severity')
  const isException = remark.name === 'exception'
  if ((remark.name !== 'error' && !isException) || severity === 'ignore') return []
  return [
    newFinding({
      file: file.attributes.get('name'),
      line: numberOf(remark, 'line'),
      column: numberOf(remark, 'column'),
      rule: isException ? 'exception' : ruleOf(remark.attributes.get('source')),
      severity: isException ? 'error' : severityOf(severity),
      // A file that Checkstyle itself fails on comes with the stack.
      message: isException ? (remark.text.trim().split('\n', 1)[0] ?? '') : (remark.attributes.get('message') ?? ''),
    }),
  ]
}

/** "com.puppycrawl.tools.checkstyle.checks.naming.MemberNameCheck" is the class; people know MemberName. */
const ruleOf = (source: string | undefined): string | undefined =>
  source?.startsWith('com.puppycrawl.') === true ? source.slice(source.lastIndexOf('.') + 1).replace(/Check$/, '') : source

const numberOf = (element: XmlElement, name: string): number | undefined => {
  const text = element.attributes.get(name)
  return text === undefined || text === '' ? undefined : Number(text)
}
