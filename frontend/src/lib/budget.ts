// The token budget on a logarithmic slider: one step is the 32nd part of a doubling.

export const smallest = 256;
export const largest = 32_768;
export const steps = 32 * Math.log2(largest / smallest);

export const clamp = (tokens: number) => Math.round(Math.min(largest, Math.max(smallest, tokens)));

/** Two significant digits, so that the slider stops at 1,000 and not at 1,003; its ends stay exact. */
export function tokensAt(step: number): number {
  if (step <= 0) return smallest;
  if (step >= steps) return largest;
  const exact = smallest * 2 ** (step / 32);
  const unit = 10 ** (Math.floor(Math.log10(exact)) - 1);
  return clamp(Math.round(exact / unit) * unit);
}

export const stepOf = (tokens: number) => Math.round(32 * Math.log2(clamp(tokens) / smallest));
