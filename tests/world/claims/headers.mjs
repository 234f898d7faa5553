// What helmet and its like set, and what they are told to leave out: the cards of http/.
import { claim, served } from './trying.mjs'

const FOUR = ['content-security-policy', 'strict-transport-security', 'x-content-type-options', 'x-frame-options']
const express = (before, options, behind) => `
  import express from 'express5'
  import helmet from 'helmet'
  const app = express()
  ${before}
  app.use(helmet(${options}))
  ${behind}
  const server = app.listen(0, () => console.log(server.address().port))`
const HELLO = "app.get('/', (req, res) => res.send('hello'));"
const hono = (options) => `
  import { Hono } from 'hono'
  import { serve } from '@hono/node-server'
  import { secureHeaders } from 'hono/secure-headers'
  const app = new Hono()
  app.use(secureHeaders(${options}))
  app.get('/', (c) => c.text('hello'))
  serve({ fetch: app.fetch, port: 0 }, (at) => console.log(at.port))`
const APPS = {
  'Express 5, helmet': express('', '', HELLO),
  'Koa 2, koa-helmet': `
    import Koa from 'koa'
    import helmet from 'koa-helmet'
    const app = new Koa()
    app.use(helmet()).use((ctx) => { ctx.body = 'hello' })
    const server = app.listen(0, () => console.log(server.address().port))`,
  'Fastify 5, @fastify/helmet': `
    import Fastify from 'fastify'
    import helmet from '@fastify/helmet'
    const app = Fastify()
    await app.register(helmet)
    app.get('/', async () => 'hello')
    await app.listen({ port: 0 })
    console.log(app.server.address().port)`,
  'Hono 4, secureHeaders': hono(''),
  'Hono 4, secureHeaders with a policy': hono("{ contentSecurityPolicy: { defaultSrc: [\"'self'\"] } }"),
}
const headersOf = (code) => served(code, async ({ ask }) => (await ask()).headers)

for (const [name, code] of Object.entries(APPS)) {
  const headers = await headersOf(code)
  const missing = FOUR.filter((header) => !headers.has(header))
  // what Hono brings sets a policy only where it is told one
  const wanted = name.endsWith('secureHeaders') ? ['content-security-policy'] : []
  claim(`${name}: ${missing.length ? `all but ${missing}` : 'all four headers'}`, `${missing}` === `${wanted}`)
}
claim('helmet switches the XSS filter of old browsers off', (await headersOf(APPS['Express 5, helmet'])).get('x-xss-protection') === '0')
const late = await headersOf(express(HELLO, '', ''))
claim('a route before helmet() answers without any', FOUR.every((header) => !late.has(header)))

const OPTIONS = {
  'contentSecurityPolicy: false': 'content-security-policy',
  'frameguard: false': 'x-frame-options',
  'xFrameOptions: false': 'x-frame-options',
  'hsts: false': 'strict-transport-security',
  'strictTransportSecurity: false': 'strict-transport-security',
  'noSniff: false': 'x-content-type-options',
  'xContentTypeOptions: false': 'x-content-type-options',
}
for (const [option, header] of Object.entries(OPTIONS)) {
  const headers = await headersOf(express('', `{ ${option} }`, HELLO))
  claim(`helmet({ ${option} }) leaves out ${header} alone`, FOUR.every((each) => headers.has(each) !== (each === header)))
}
const reported = await headersOf(express('', '{ contentSecurityPolicy: { reportOnly: true } }', HELLO))
claim('reportOnly: true stops nothing, and reports', reported.has('content-security-policy-report-only') && !reported.has('content-security-policy'))
