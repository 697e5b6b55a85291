import { expect, it } from 'vitest';

import { stretched } from './zoom';

const whole = { x0: 0, y0: 0, x1: 100, y1: 60 };

it('a picture is where its part lies on the other', () => {
  const inner = { x0: 20, y0: 10, x1: 70, y1: 40 };
  expect(stretched(whole, inner, inner)).toEqual(whole);
  expect(stretched(whole, inner, whole)).toEqual({ x0: -40, y0: -20, x1: 160, y1: 100 });
});
