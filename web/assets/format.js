// Times and numbers as they are shown.

// duration shows nanoseconds so that neighbouring events of a run differ: 412.3 µs, 18.420 ms, 12.345678 s.
export function duration(ns) {
  const size = Math.abs(ns);
  if (size < 1e6) return `${(ns / 1e3).toFixed(1)} µs`;
  if (size < 1e9) return `${(ns / 1e6).toFixed(3)} ms`;
  return `${(ns / 1e9).toFixed(6)} s`;
}

// ratio shows a speed: 1/200, 2 ×.
export function ratio(speed) {
  const n = Number(speed);
  return n < 1 ? `1/${Math.round(1 / n)}` : `${n} ×`;
}

export const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
