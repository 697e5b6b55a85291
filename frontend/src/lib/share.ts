// A share of the rank in words: two digits that mean something, however small it is.

const percent = new Intl.NumberFormat('en', { style: 'percent', maximumSignificantDigits: 2 });

export const share = (value: number): string => (value > 0 && value < 0.00001 ? '< 0.001%' : percent.format(value));
