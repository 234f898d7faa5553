// The names that stand as properties or methods in the JavaScript and the declarations that a package ships, or that what
// it exports has when it is loaded: packages also make methods of lists, and declare what others write for them.
//
// Reads { typescript, folder, package } as JSON from standard input and writes the names as one JSON array.
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const question = JSON.parse(readFileSync(0, 'utf8'))
const ts = createRequire(join(question.typescript, 'index.js'))('typescript')
const DEEPEST = 6
const MOST_VALUES = 20_000
const print = process.stdout.write.bind(process.stdout)
process.stdout.write = () => true
const names = new Set()

function* scripts(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory() && entry.name !== 'node_modules') yield* scripts(join(folder, entry.name))
    else if (entry.isFile() && /(\.[cm]?js|\.d\.[cm]?ts)$/.test(entry.name) && !/\.min\./.test(entry.name)) yield join(folder, entry.name)
  }
}

function named(node) {
  if (ts.isPropertyAccessExpression(node)) return node.name
  if (ts.isElementAccessExpression(node)) return node.argumentExpression
  const declares =
    ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node) || ts.isMethodDeclaration(node) ||
    ts.isMethodSignature(node) || ts.isPropertySignature(node) || ts.isPropertyDeclaration(node) || ts.isAccessor(node) || ts.isBindingElement(node)
  return declares ? (node.propertyName ?? node.name) : undefined
}

function write(file) {
  const pending = [ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest)]
  while (pending.length) {
    const node = pending.pop()
    const name = named(node)
    if (name && (ts.isIdentifier(name) || ts.isStringLiteralLike(name))) names.add(name.text)
    node.forEachChild((child) => void pending.push(child))
  }
}

function look(exported) {
  const seen = new Set()
  let level = [exported]
  for (let depth = 0; depth < DEEPEST && level.length; depth += 1) {
    const below = []
    for (const value of level) {
      if (!value || !/object|function/.test(typeof value) || seen.has(value) || seen.size > MOST_VALUES) continue
      seen.add(value)
      for (const [name, { value: held }] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
        names.add(name)
        below.push(held)
      }
      below.push(Object.getPrototypeOf(value))
    }
    level = below
  }
}

for (const file of scripts(join(question.folder, 'node_modules', question.package))) write(file)
try {
  look(createRequire(join(question.folder, 'entry.js'))(question.package))
} catch {
  // what cannot be loaded has the names that it ships
}
print(JSON.stringify([...names]), () => process.exit(0))
