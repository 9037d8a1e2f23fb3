import assert from 'node:assert/strict'
import { test } from 'node:test'
import { route } from '../../../service-worker/routes.js'

const ORIGIN = 'https://hetu.example'
const get = (path, mode = 'no-cors') => route({ method: 'GET', mode, url: ORIGIN + path }, ORIGIN)

test('every page of the app opens from the one kept shell, with or without a query', () => {
  const pages = ['/app/', '/app', '/app/tasks/12', '/app/?from=home', '/app/household/x?tab=photos']
  assert.deepEqual(pages.map((path) => get(path, 'navigate')), pages.map(() => '/app/'))
})

test('the desk and the API are left to the network', () => {
  const others = [get('/', 'navigate'), get('/coverage', 'navigate'), get('/application', 'navigate'), get('/api/v1/me'), get('/api/v1/blobs/x')]
  assert.deepEqual(others, [null, null, null, null, null])
})

test('scripts, icons and the manifest come from what is kept', () => {
  assert.deepEqual(['/static/dist/assets/a.js', '/static/icons/192.png', '/manifest.webmanifest'].map((path) => get(path)),
    ['/static/dist/assets/a.js', '/static/icons/192.png', '/manifest.webmanifest'])
})

test('what is sent, and what is another host\'s, is never answered here', () => {
  assert.equal(route({ method: 'POST', mode: 'cors', url: `${ORIGIN}/static/dist/x` }, ORIGIN), null)
  assert.equal(route({ method: 'GET', mode: 'navigate', url: 'https://other.example/app/' }, ORIGIN), null)
})
