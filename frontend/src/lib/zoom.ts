// From one folder to another: two pictures moved over each other, so that a step costs the same for any number of files.

export interface Box {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

const lasts = 280; // milliseconds

const between = (from: number, to: number, part: number) => from + (to - from) * part;

/** Where a picture that fills `whole` goes for its part `inner` to lie on `outer`. */
export function stretched(whole: Box, inner: Box, outer: Box): Box {
  const [across, down] = [
    (outer.x1 - outer.x0) / Math.max(1, inner.x1 - inner.x0),
    (outer.y1 - outer.y0) / Math.max(1, inner.y1 - inner.y0),
  ];
  const [x0, y0] = [outer.x0 - (inner.x0 - whole.x0) * across, outer.y0 - (inner.y0 - whole.y0) * down];
  return { x0, y0, x1: x0 + (whole.x1 - whole.x0) * across, y1: y0 + (whole.y1 - whole.y0) * down };
}

function boxBetween(from: Box, to: Box, part: number): Box {
  return {
    x0: between(from.x0, to.x0, part),
    y0: between(from.y0, to.y0, part),
    x1: between(from.x1, to.x1, part),
    y1: between(from.y1, to.y1, part),
  };
}

/**
 * Shows `inside`, the picture of a folder, growing out of its place on `outside`, or going back into it.
 * `settle` draws what stays; the returned function stops at once.
 */
export function zoom(
  context: CanvasRenderingContext2D,
  { outside, inside, place, inwards }: { outside: CanvasImageSource; inside: CanvasImageSource; place: Box; inwards: boolean },
  settle: () => void,
): () => void {
  const { width, height } = context.canvas;
  const whole = { x0: 0, y0: 0, x1: width, y1: height };
  const began = performance.now();
  const paint = (picture: CanvasImageSource, { x0, y0, x1, y1 }: Box) => context.drawImage(picture, x0, y0, x1 - x0, y1 - y0);
  let frame = requestAnimationFrame(function step(now) {
    const part = Math.min(1, Math.max(0, (now - began) / lasts));
    if (part === 1) return settle();
    const eased = 1 - (1 - part) ** 3;
    const depth = inwards ? eased : 1 - eased;
    const at = boxBetween(place, whole, depth);
    context.setTransform(1, 0, 0, 1, 0, 0);
    paint(outside, stretched(whole, place, at));
    context.globalAlpha = Math.min(1, depth * 1.6);
    paint(inside, at);
    context.globalAlpha = 1;
    frame = requestAnimationFrame(step);
  });
  return () => cancelAnimationFrame(frame);
}
