// One clock for every age and every elapsed time on the page; it stands still in a hidden tab.

let now = $state(Date.now());

setInterval(() => {
  if (!document.hidden) now = Date.now();
}, 1000);

export const clock = {
  get now(): number {
    return now;
  },
};
