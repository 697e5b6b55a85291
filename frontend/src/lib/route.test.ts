import { beforeAll, expect, test, vi } from 'vitest';

let route: typeof import('./route.svelte');

beforeAll(async () => {
  vi.stubGlobal('location', new URL('http://127.0.0.1/'));
  route = await import('./route.svelte');
});

test('the first page is the fleet', () => expect(route.parse('/').name).toBe('fleet'));

test('a repository has a path of its own, whatever is in its id', () => {
  expect(route.parse(route.pathOf('UmVwb3Np/=='))).toMatchObject({ name: 'repository', id: 'UmVwb3Np/==' });
  expect(route.parse('/r/abc/')).toMatchObject({ name: 'repository', id: 'abc' });
});

test.each(['/r/', '/r/%E0%A4%A', '/none'])('%s is no page', (path) => expect(route.parse(path).name).toBe('unknown'));
